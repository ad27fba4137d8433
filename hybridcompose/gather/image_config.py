"""The configuration of the image that a Dockerfile's stage becomes, as far as the Dockerfile and its base tell it.

What comes from a base image of which nothing is known stays unknown (``None``), and so does every value that depends on
it: ``ENV PATH=/app:$PATH`` says nothing as long as the base image's ``PATH`` is not known.
"""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hybridcompose.gather.dockerfile import (
    Dockerfile,
    DockerfileError,
    Stage,
    expand,
    platform_arguments,
    trigger,
)
from hybridcompose.gather.facts import CopiedPath, ImageConfig, ImageHealthcheck
from hybridcompose.spec import Duration
from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from e2b_dockerfile_utils import DockerfileInstruction

_SHELL = ("/bin/sh", "-c")
#: What is made from nothing, or from a directory.
SCRATCH = ImageConfig(entrypoint=(), command=(), user="", working_dir="/", complete=True)
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".txz", ".tar.zst")
#: Flags with which COPY and ADD take something else than the context, or not all of a source.
_PARTIAL = ("--from", "--exclude", "--parents", "--checksum", "--keep-git-dir")


@dataclass(slots=True)
class Building:
    """A stage in the making. ``known`` are the variables that words are expanded with."""

    dockerfile: Dockerfile
    args: Mapping[str, str]
    context: str | None
    image: ImageConfig
    known: dict[str, str] = field(default_factory=dict)
    command_given: bool = False
    #: The image's variables, put into it at the end.
    environment: dict[str, str] = field(default_factory=dict)

    def expand(self, word: str, line: int) -> str | None:
        """The word's value; ``None`` where it depends on a variable that the unknown base image may set."""
        value = expand(word, self.dockerfile.escape, self.known, line)
        if self.image.complete or "$" not in word:
            return value
        verbatim = expand(word, self.dockerfile.escape, self.known, line, keep_unset=True)
        return value if verbatim == value else None

    def set(self, **changes: Any) -> None:
        self.image = self.image._replace(**changes)

    def take(self, step: DockerfileInstruction) -> None:
        """Follows one instruction. Raises ``DockerfileError`` where BuildKit would refuse it."""
        follow = _INSTRUCTIONS.get(step.name)
        if follow is not None:
            follow(self, step)

    def copy(self) -> Building:
        """The same for a stage that is made from this one."""
        return replace(self, known=dict(self.known), environment=dict(self.environment))


def image_of(
    dockerfile: Dockerfile,
    stages: Sequence[Stage],
    args: Mapping[str, str],
    platform: str | None,
    context: str | None,
    base: ImageConfig | None = None,
) -> ImageConfig:
    """The configuration of the last of ``stages``, which are made one from the other, the first from ``base``.

    ``base`` is ``None`` where nothing is known of it; ``context`` is the build's directory, to tell files from
    directories in COPY. Raises ``DockerfileError`` for an instruction that BuildKit would refuse.
    """
    build = Building(dockerfile, args, context, ImageConfig())
    for stage in stages:
        begin(build, stage, platform, base if stage is stages[0] else None)
        for step in stage.instructions:
            build.take(step)
    return build.image._replace(environment=build.environment)


def begin(build: Building, stage: Stage, platform: str | None, base: ImageConfig | None = None) -> None:
    """A stage inherits its parent's configuration, environment and arguments, but not what was set.

    What the parent has left for it to do (ONBUILD) comes first.
    """
    if stage.base == "scratch":
        base = SCRATCH
    if base is not None:
        build.image = base
        build.environment = dict(base.environment)
        build.known = dict(base.environment)
    build.command_given = False
    build.args = {**platform_arguments(platform), **build.args}
    left, build.image = build.image.on_build, build.image._replace(on_build=())
    for text in left:
        build.take(trigger(text, stage.line))


def _arg(build: Building, step: DockerfileInstruction) -> None:
    for word in step.args:
        name, equals, default = word.partition("=")
        value = build.args.get(name)
        if value is None and not equals:
            value = build.dockerfile.arguments.get(name)
        if value is None and equals:
            value = build.expand(default, step.start_line)
        if value is not None:
            build.known[name] = value


def _env(build: Building, step: DockerfileInstruction) -> None:
    pairs = [
        (build.expand(name, step.start_line), build.expand(value, step.start_line))
        for name, value in zip(step.args[::3], step.args[1::3], strict=True)
    ]
    for name, value in pairs:
        if name is None:
            continue
        if value is None:
            build.environment.pop(name, None)
            build.known.pop(name, None)
        else:
            build.environment[name] = build.known[name] = value


def _user(build: Building, step: DockerfileInstruction) -> None:
    build.set(user=build.expand(_one(step), step.start_line))


def _working_dir(build: Building, step: DockerfileInstruction) -> None:
    build.set(working_dir=absolute(build, build.expand(_one(step), step.start_line)))


def absolute(build: Building, path: str | None) -> str | None:
    if path is None or (not path.startswith("/") and build.image.working_dir is None):
        return None
    return "/" + posixpath.normpath(posixpath.join(build.image.working_dir or "/", path)).lstrip("/")


def _argv(build: Building, step: DockerfileInstruction) -> tuple[str, ...]:
    """The exec form as it is; the shell form with the stage's shell before it."""
    if step.json or not step.args:
        return tuple(step.args)
    return (*(build.image.shell or _SHELL), step.args[0])


def _entrypoint(build: Building, step: DockerfileInstruction) -> None:
    # An inherited CMD belongs to the inherited ENTRYPOINT: Docker drops it with that.
    command = build.image.command if build.command_given else ()
    build.set(entrypoint=_argv(build, step), command=command)


def _command(build: Building, step: DockerfileInstruction) -> None:
    build.command_given = True
    build.set(command=_argv(build, step))


def _shell(build: Building, step: DockerfileInstruction) -> None:
    if not step.json or not step.args:
        raise DockerfileError('SHELL takes a JSON list, such as ["/bin/bash", "-c"]', step.start_line)
    build.set(shell=tuple(step.args))


def _expose(build: Building, step: DockerfileInstruction) -> None:
    ports = list(build.image.exposed_ports)
    for word in step.args:
        value = build.expand(word, step.start_line)
        ports.extend(port for part in (value or "").split() for port in _ports(part, step.start_line))
    build.set(exposed_ports=tuple(dict.fromkeys(ports)))


def _ports(text: str, line: int) -> list[str]:
    numbers, _, protocol = text.partition("/")
    numbers = numbers.rpartition(":")[2]  # what a container's port would be published as means nothing here
    first, _, last = numbers.partition("-")
    low, high = digits(first), digits(last or first)
    if low is None or high is None or not low <= high <= 65535:
        raise DockerfileError(f"{text} is no port", line)
    return [f"{number}/{protocol.lower() or 'tcp'}" for number in range(low, high + 1)]


def _volume(build: Building, step: DockerfileInstruction) -> None:
    paths = [build.expand(word, step.start_line) for word in step.args]
    known = [path for path in paths if path]
    build.set(volumes=tuple(dict.fromkeys((*build.image.volumes, *known))))


def _stop_signal(build: Building, step: DockerfileInstruction) -> None:
    build.set(stop_signal=build.expand(_one(step), step.start_line))


def _healthcheck(build: Building, step: DockerfileInstruction) -> None:
    kind = step.args[0].upper() if step.args else ""
    if kind == "NONE":
        build.set(healthcheck=ImageHealthcheck(("NONE",)))
        return
    if kind != "CMD" or len(step.args) < 2:
        raise DockerfileError("HEALTHCHECK takes CMD and a command, or NONE", step.start_line)
    test = ("CMD", *step.args[1:]) if step.json else ("CMD-SHELL", step.args[1])
    options: dict[str, Any] = dict(_health_option(flag, step.start_line) for flag in step.flags)
    build.set(healthcheck=ImageHealthcheck(test, **options))


def _health_option(flag: str, line: int) -> tuple[str, Duration | int | None]:
    name, _, text = flag.removeprefix("--").partition("=")
    name = name.replace("-", "_")
    try:
        if name == "retries":
            return name, int(text) or None
        if name in ("interval", "timeout", "start_period", "start_interval"):
            return name, Duration.parse(text) or None  # 0 is "the default" in Docker
    except ValueError as error:
        raise DockerfileError(f"{flag}: {error}", line) from None
    raise DockerfileError(f"HEALTHCHECK has no option --{name}", line)


def _on_build(build: Building, step: DockerfileInstruction) -> None:
    text = step.original.partition(step.original.split()[0])[2].strip()
    trigger(text, step.start_line)
    build.set(on_build=(*build.image.on_build, text))


def _copy(build: Building, step: DockerfileInstruction) -> None:
    if len(step.args) < 2 or any(flag.partition("=")[0] in _PARTIAL for flag in step.flags):
        return
    words = [build.expand(word, step.start_line) for word in step.args]
    sources, target = words[:-1], words[-1]
    directory = target is not None and (target.endswith(("/", "/.")) or target == "." or len(sources) > 1)
    place = absolute(build, target)
    if place is None:
        return
    copied = [
        CopiedPath((source,), _landing(build, source, place, directory))
        for source in (context_path(word) for word in sources if word and "://" not in word and "<<" not in word)
        if not (step.name == "ADD" and source.endswith(ARCHIVES))
    ]
    build.set(copied=(*build.image.copied, *copied))


def context_path(word: str) -> str:
    return posixpath.normpath(posixpath.join("/", word.lstrip("/"))).lstrip("/") or "."


def _landing(build: Building, source: str, place: str, directory: bool) -> str:
    """A directory's content lands in the target; a file does so only where the target is a directory."""
    if build.context is None or not directory or any(sign in source for sign in "*?["):
        return place
    return posixpath.join(place, posixpath.basename(source)) if os.path.isfile(f"{build.context}/{source}") else place


def _one(step: DockerfileInstruction) -> str:
    if not step.args:
        raise DockerfileError(f"{step.name} takes one argument", step.start_line)
    return step.args[0]


_INSTRUCTIONS: Mapping[str, Callable[[Building, DockerfileInstruction], None]] = {
    "ADD": _copy,
    "ARG": _arg,
    "CMD": _command,
    "COPY": _copy,
    "ENTRYPOINT": _entrypoint,
    "ENV": _env,
    "EXPOSE": _expose,
    "HEALTHCHECK": _healthcheck,
    "ONBUILD": _on_build,
    "SHELL": _shell,
    "STOPSIGNAL": _stop_signal,
    "USER": _user,
    "VOLUME": _volume,
    "WORKDIR": _working_dir,
}
