"""What Kaniko does otherwise because of earlier instructions, or because of what lies in the context.

Each rule was seen by building the same Dockerfile with Kaniko 1.24.0 and with BuildKit, or read in the sources of
Kaniko's maintained fork. A rule tells only what surely differs: what a base image holds is not known.
"""

from __future__ import annotations

import os
import posixpath
import re
import tarfile
from typing import TYPE_CHECKING, NamedTuple

from e2b_dockerfile_utils import ShellLex

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.dockerfile import DockerfileError
from hybridcompose.gather.facts import Flavour, ImageConfig
from hybridcompose.gather.image_config import ARCHIVES, Building, begin, context_path
from hybridcompose.gather.shell_commands import changes
from hybridcompose.gather.stage_files import ROOT, Directory, StageFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from e2b_dockerfile_utils import DockerfileInstruction, PatternMatcher

    from hybridcompose.gather.dockerfile import Dockerfile, Stage

_DEFAULT_MODE = 0o755
_WORDS = frozenset(("ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "USER", "VOLUME", "WORKDIR"))


class Found(NamedTuple):
    """A difference at an instruction; ``only`` names the one kind of Kaniko that has it. An error is never built."""

    step: DockerfileInstruction
    message: str
    remedy: str
    only: Flavour | None = None
    severity: Severity = Severity.WARNING
    code: Code = Code.BUILD_DIFFERENCE


class _Context(NamedTuple):
    """The directory that COPY takes files from; ``None`` where it is fetched by the builder."""

    directory: str | None
    matcher: PatternMatcher | None

    def place(self, source: str) -> str | None:
        """Where a source lies, unless it is ignored or has wildcards."""
        path = context_path(source)
        if self.directory is None or any(sign in source for sign in "*?[") or "://" in source or "<<" in source:
            return None
        if path != "." and self.matcher is not None and self.matcher.matches(path):
            return None
        return os.path.join(self.directory, path)


class _Step(NamedTuple):
    """An instruction, with what is known before it and of the stages above."""

    step: DockerfileInstruction
    files: StageFiles
    stages: Mapping[int, StageFiles]
    stage: Stage
    dockerfile: Dockerfile
    context: _Context

    @property
    def line(self) -> int:
        return self.step.start_line

    def flag(self, name: str) -> str:
        flags = (flag.partition("=") for flag in self.step.flags)
        return next((value for key, _, value in flags if key == name), "")

    @property
    def sources(self) -> list[str]:
        found = (self.files.build.expand(word, self.line) for word in self.step.args[:-1])
        return [word for word in found if word]

    @property
    def target(self) -> str | None:
        return self.files.path(self.step.args[-1], self.line) if self.step.args else None

    @property
    def owner(self) -> str:
        """Whose what COPY makes is."""
        user = self.files.build.expand(self.flag("--chown"), self.line) if self.flag("--chown") else "root"
        return "" if user is None else user.partition(":")[0] or "root"

    @property
    def origin(self) -> StageFiles | None:
        """The stage that COPY --from names."""
        found = self.dockerfile.find(self.flag("--from"), self.stage.index) if self.flag("--from") else None
        return self.stages.get(found.index) if found is not None else None

    @property
    def directories(self) -> list[tuple[str, Directory]]:
        """The sources that are directories, with what is known of them."""
        if self.flag("--from"):
            known = self.origin.directories if self.origin is not None else {}
            paths = ("/" + posixpath.normpath(source).lstrip("/") for source in self.sources)
            return [(path, known[path]) for path in paths if path in known]
        places = ((source, self.context.place(source)) for source in self.sources)
        return [(source, Directory("root")) for source, place in places if place and _is_directory(place)]


def _is_directory(place: str) -> bool:
    return os.path.isdir(place) and not os.path.islink(place)


def whole_differences(
    dockerfile: Dockerfile,
    target: Stage,
    args: Mapping[str, str],
    platform: str | None,
    context: str | None = None,
    matcher: PatternMatcher | None = None,
) -> Iterator[Found]:
    """The differences in the stages that ``target`` takes.

    ``context`` is the directory that COPY takes files from, ``matcher`` says which of them are ignored.
    """
    done: dict[int, StageFiles] = {}
    place = _Context(context, matcher)
    for stage in dockerfile.needed(target):
        parent = dockerfile.parent(stage)
        if parent is None:
            files = StageFiles(Building(dockerfile, args, context, ImageConfig()))
        else:
            files = done[parent.index].copy()
        done[stage.index] = files
        try:
            begin(files.build, stage, platform)
            for step in stage.instructions:
                at = _Step(step, files, done, stage, dockerfile, place)
                for rule in _RULES.get(step.name, ()):
                    yield from rule(at)
                files.take(step)
                if step.name in ("ADD", "COPY"):
                    _copied(at)
        except DockerfileError:
            return  # it is told where the image's configuration is read


def _copied(at: _Step) -> None:
    """What COPY makes is there from now on."""
    if at.target is not None and at.target != "/" and (at.directories or len(at.sources) > 1):
        at.files.make(at.target, at.owner or None)


def _argument(at: _Step) -> Iterator[Found]:
    build = at.files.build
    for word in at.step.args:
        name, equals, default = word.partition("=")
        kept = build.environment.get(name)
        given = build.expand(default, at.line) if equals else build.dockerfile.arguments.get(name)
        value = build.args.get(name, given)
        if kept is not None and value is not None and kept != value:
            message = f"this release of Kaniko keeps the value that ENV gives {name} above; Docker takes that of ARG"
            yield Found(at.step, message, "give the argument another name", Flavour.RELEASE)


def _escapes(at: _Step) -> Iterator[Found]:
    escape = at.files.build.dockerfile.escape
    if escape == "\\":
        return
    for word in at.step.args:
        if "\\" not in word and escape not in word:
            continue
        known = at.files.build.known
        docker, kaniko = (_processed(sign, word, known) for sign in (escape, "\\"))
        if docker != kaniko:
            message = f"Kaniko escapes with a backslash, whatever # escape= says: {word} becomes {kaniko}"
            yield Found(at.step, message, "put the word in single quotes")
            return


def _processed(escape: str, word: str, known: Mapping[str, str]) -> str | None:
    try:
        return ShellLex(escape, env=known, skip_unset_env=True).process_word(word)
    except ValueError:
        return None


def _leaving(at: _Step) -> Iterator[Found]:
    """Kaniko would go on to its own files above the context, the credentials for the registry among them."""
    for source in () if at.flag("--from") else at.sources:
        if posixpath.normpath(source.lstrip("/")).split("/")[0] == "..":
            inside = context_path(source)
            message = f"{source} leads out of the build context, where Docker stops at the context's top ({inside})"
            remedy = f"write {inside}, or build with the directory above as the context"
            yield Found(at.step, message, remedy, None, Severity.ERROR, Code.CONTEXT_ESCAPE)


def _links(at: _Step) -> Iterator[Found]:
    for source in () if at.flag("--from") else at.sources:
        place = at.context.place(source)
        if place is not None and os.path.islink(place):
            there = os.readlink(place)
            message = f"Kaniko copies the link {source} itself, Docker what it points to ({there})"
            yield Found(at.step, message, f"name {_beside(source, there)} in its place")


def _beside(source: str, link: str) -> str:
    return link if link.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(source), link))


def _over(at: _Step) -> Iterator[Found]:
    """A directory onto one that is there: BuildKit leaves the latter's owner and mode."""
    there = at.files.directories.get(at.target or "/")
    if there is None:
        return
    for source, known in at.directories:
        owner = at.owner if at.flag("--chown") or not at.flag("--from") else known.owner
        if owner and there.owner and not _same(owner, there.owner):
            message = f"Kaniko makes {owner} the owner of {at.target}, which is {there.owner}'s; Docker leaves it"
            remedy = f"write COPY --chown={there.owner}, or RUN chown {there.owner} {at.target} behind it"
            yield Found(at.step, message, remedy)
        elif there.mode is not None and there.mode != (mode := _mode(at, source, known)) and mode is not None:
            message = f"this release of Kaniko gives {at.target} the mode of {source}, {mode:04o}; Docker leaves it"
            yield Found(at.step, message, f"RUN chmod {there.mode:o} {at.target} behind it", Flavour.RELEASE)


def _mode(at: _Step, source: str, known: Directory) -> int | None:
    place = None if at.flag("--from") else at.context.place(source)
    if place is None:
        return known.mode
    # The context's own directory is packed with this mode.
    return _DEFAULT_MODE if context_path(source) == "." else os.stat(place).st_mode & 0o777


def _same(one: str, other: str) -> bool:
    return one == other or (one in ROOT and other in ROOT)


def _from_stage(at: _Step) -> Iterator[Found]:
    """A directory of another stage that is made here: BuildKit makes a plain one and copies the content."""
    target, origin = at.target, at.origin
    if target is None or origin is None:
        return
    for source, known in at.directories:
        if target not in at.files.directories:
            if not at.flag("--chown") and known.owner and known.owner not in ROOT:
                message = f"Kaniko makes {target} {known.owner}'s, as {source} is; Docker makes it root's"
                yield Found(at.step, message, f"write COPY --chown={known.owner}, or RUN chown root {target} behind it")
            elif known.mode not in (None, _DEFAULT_MODE):
                message = f"this release of Kaniko gives {target} the mode of {source}, {known.mode:04o}; Docker 0755"
                yield Found(at.step, message, f"RUN chmod 755 {target} behind it", Flavour.RELEASE)
        below = f"{source.rstrip('/')}/"
        for path in sorted(origin.setuid):
            if path.startswith(below) and path not in origin.directories:
                message = f"Kaniko copies the directory {source} without the set-user-ID or set-group-ID bit of {path}"
                yield Found(at.step, message, "set it in a RUN step behind it, or COPY the file by its name")
                break


def _whole_stage(at: _Step) -> Iterator[Found]:
    if at.origin is not None and "/" in at.sources:
        message = "this release of Kaniko copies /proc of its own container, too, and fails where it cannot read it"
        yield Found(at.step, message, "name the directories that are wanted", Flavour.RELEASE)


def _above(at: _Step) -> Iterator[Found]:
    """Directories on the way to a target of COPY --chown."""
    target = at.target
    if target is None or at.flag("--from") or at.owner in ("", *ROOT) or not at.directories:
        return
    if (parent := posixpath.dirname(target)) != "/" and at.files.is_missing(parent):
        message = f"this release of Kaniko makes {parent} root's; Docker makes it {at.owner}'s, as what is copied"
        yield Found(at.step, message, f"RUN chown {at.owner} {parent} behind it", Flavour.RELEASE)


def _archive(at: _Step) -> Iterator[Found]:
    target = at.target
    for source in at.sources if target is not None and target != "/" else ():
        place = at.context.place(source)
        first = _first_member(place) if place is not None and source.endswith(ARCHIVES) else None
        if first is None or not first.isdir():
            continue
        mode = first.mode & 0o755
        top = posixpath.normpath(first.name) == "."
        if top and (first.mode & 0o777 != _DEFAULT_MODE or first.uid or first.gid):
            message = f"this release of Kaniko gives {target} the owner and mode of the archive's own directory"
            yield Found(at.step, f"{message} ({first.uid}:{first.gid}, {first.mode:04o})", _SET_AGAIN, Flavour.RELEASE)
        elif not top and mode != _DEFAULT_MODE and at.files.is_missing(target or "/"):
            message = f"Kaniko gives {target} the mode of the archive's first directory, {mode:04o}; Docker 0755"
            yield Found(at.step, message, _SET_AGAIN)


_SET_AGAIN = "make the directory in a RUN step before it, or set owner and mode behind it"


def _first_member(place: str) -> tarfile.TarInfo | None:
    try:
        with tarfile.open(place) as archive:
            return archive.next()
    except (tarfile.TarError, OSError, EOFError, ValueError):
        return None


def _hand_on(at: _Step) -> Iterator[Found]:
    """The group of a directory above that has the set-group-ID bit."""
    target = at.target
    if target is None or target in at.files.directories or (at.step.name != "WORKDIR" and not at.directories):
        return
    for giver in sorted(at.files.setgid):
        if target.startswith(f"{giver}/"):
            message = f"Kaniko does not hand the group of {giver} and its set-group-ID bit on to {target}"
            yield Found(at.step, message, f"make {target} in a RUN step before it")
            return


def _working_directory(at: _Step) -> Iterator[Found]:
    path, user = at.target, at.files.user
    if path is None or user is None or user in ROOT or path in at.files.directories:
        return
    parent = posixpath.dirname(path)
    if parent != "/" and at.files.is_missing(parent):
        message = f"this release of Kaniko makes {parent} root's and only {path} {user}'s; Docker makes both {user}'s"
        yield Found(at.step, message, f"make {parent} in a RUN step before USER", Flavour.RELEASE)
    uid, gid = at.files.accounts.get(user, (0, 0))
    if uid != gid and ":" not in (at.files.build.image.user or ""):
        message = f"Kaniko gives {path} the group {uid}, the number of {user}; Docker gives it {user}'s group, {gid}"
        yield Found(at.step, message, f"make {path} in a RUN step before USER, with chown {uid}:{gid}")


def _hard_links(at: _Step) -> Iterator[Found]:
    told: set[str] = set()
    for change in changes(at.step, at.files.build.image.working_dir, at.files.build.known):
        for path in change.paths if change.kind in ("mode", "owner") else ():
            other, line = at.files.links.get(path, ("", 0))
            if other and path not in told:
                told.add(path)
                message = f"{path} and {other} are one file (line {line}): Kaniko's layer may change one name alone"
                yield Found(at.step, message, "change the file in the step that makes the link")


def _volume(at: _Step) -> Iterator[Found]:
    paths = [at.files.path(word, at.line) for word in at.step.args]
    missing = [path for path in paths if path and at.files.is_missing(path)]
    if missing:
        message = f"this release of Kaniko makes {', '.join(missing)} in the image; Docker when a container starts"
        remedy = "nothing is to do unless a later step makes it"
        yield Found(at.step, message, remedy, Flavour.RELEASE, Severity.NOTE)


def _below_volume(at: _Step) -> Iterator[Found]:
    """What RUN writes is lost with every Kaniko; directories that COPY takes with the fork."""
    for volume in at.files.volumes:
        if at.step.name == "RUN":
            named = bool(re.search(rf"(?<![\w./-]){re.escape(volume)}(?![\w.-])", at.step.original))
        else:
            named = f"{at.target or ''}/".startswith(f"{volume}/") and bool(at.directories)
        if named:
            message = f"Kaniko leaves out of the image what is written to {volume} after its VOLUME"
            yield Found(at.step, message, _LAST, None if at.step.name == "RUN" else Flavour.FORK)


_LAST = "move VOLUME to the end of the stage"
_COPIES = (_leaving, _links, _over, _from_stage, _whole_stage, _above, _hand_on, _below_volume, _escapes)
#: The rules for each instruction.
_RULES: Mapping[str, tuple[Callable[[_Step], Iterator[Found]], ...]] = {
    **dict.fromkeys(_WORDS, (_escapes,)),
    "ADD": (*_COPIES, _archive),
    "ARG": (_argument, _escapes),
    "COPY": _COPIES,
    "RUN": (_hard_links, _below_volume),
    "VOLUME": (_volume, _escapes),
    "WORKDIR": (_hand_on, _working_directory, _escapes),
}
