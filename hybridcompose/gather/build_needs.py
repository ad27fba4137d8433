"""What a Dockerfile takes from elsewhere: images, named contexts, secrets; and its steps.

Source: Dockerfile reference, "FROM", "COPY --from", "RUN --mount=type=secret".
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from hybridcompose.gather.dockerfile import platform_arguments
from hybridcompose.gather.facts import ImageUse, SecretUse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from e2b_dockerfile_utils import DockerfileInstruction

    from hybridcompose.gather.dockerfile import Dockerfile, Stage

_SECRETS = "/run/secrets"


def image_uses(parsed: Dockerfile, target: Stage, contexts: Collection[str]) -> tuple[ImageUse, ...]:
    """Where the stages of a build name an image or a context, in the order of the file."""
    found = (use for stage in parsed.needed(target) for use in _uses(parsed, stage, contexts))
    return tuple(sorted(set(found), key=lambda use: (use.first_line, use.written)))


def _uses(parsed: Dockerfile, stage: Stage, contexts: Collection[str]) -> Iterator[ImageUse]:
    def is_image(name: str) -> bool:
        # A named context wins over a stage of the same name.
        return name in contexts or (name != "scratch" and parsed.find(name, stage.index) is None)

    if is_image(stage.base):
        yield ImageUse(stage.base, stage.line, stage.last_line, stage.written)
    for step in stage.instructions:
        for flag in step.flags if step.name == "COPY" else ():
            name = flag.removeprefix("--from=")
            if name != flag and is_image(name):
                yield ImageUse(name, step.start_line, step.end_line, flag)


def steps(parsed: Dockerfile, target: Stage) -> Iterator[tuple[str, int, int]]:
    """The instructions of a build in the order of the file: each on one line, and the lines that it stands on."""
    for stage in parsed.needed(target):
        yield f"FROM {stage.base}", stage.line, stage.last_line
        for step in stage.instructions:
            yield " ".join(step.original.split()), step.start_line, step.end_line


def platform_values(parsed: Dockerfile, target: Stage, platform: str | None) -> dict[str, str]:
    """The arguments that BuildKit gives by itself, as far as the stages of a build ask for them.

    Source: Dockerfile reference, "Automatic platform ARGs in the global scope".
    """
    values = platform_arguments(platform)
    steps = (step for stage in parsed.needed(target) for step in stage.instructions if step.name == "ARG")
    asked = {word.partition("=")[0] for step in steps for word in step.args}
    return {name: value for name, value in values.items() if name in asked}


def secret_uses(parsed: Dockerfile, target: Stage) -> tuple[SecretUse, ...]:
    """The secrets that a build's steps mount, sorted."""
    steps = (step for stage in parsed.needed(target) for step in stage.instructions if step.name == "RUN")
    return tuple(sorted({use for step in steps for use in _secrets(step)}))


def _secrets(step: DockerfileInstruction) -> Iterator[SecretUse]:
    for flag in step.flags:
        options = dict(part.partition("=")[::2] for part in flag.removeprefix("--mount=").split(","))
        if flag.startswith("--mount=") and options.get("type") == "secret":
            target = options.get("target") or options.get("dst") or options.get("destination") or ""
            name = options.get("id") or posixpath.basename(target)
            if target or "env" not in options:
                yield SecretUse(name, posixpath.join(_SECRETS, target or name))
            else:
                yield SecretUse(name, "", options["env"])
