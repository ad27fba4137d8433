"""What Kaniko does otherwise because of earlier instructions, or because of what lies in the context.

Each rule was seen by building the same Dockerfile with Kaniko 1.24.0 and with BuildKit, or read in the sources of
Kaniko's maintained fork. A rule tells only what surely differs: what a base image holds is not known.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from e2b_dockerfile_utils import ShellLex

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.archive_differences import archives
from hybridcompose.gather.config_differences import leaked, other_shell, ports, symbolic_mode
from hybridcompose.gather.dockerfile import DockerfileError
from hybridcompose.gather.facts import Flavour, ImageConfig
from hybridcompose.gather.followed import Context, Found, Step
from hybridcompose.gather.image_config import Building, begin, context_path
from hybridcompose.gather.place_differences import PLACES, written
from hybridcompose.gather.shell_commands import changes
from hybridcompose.gather.stage_files import ROOT, Directory, StageFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from e2b_dockerfile_utils import PatternMatcher

    from hybridcompose.gather.dockerfile import Dockerfile, Stage

_DEFAULT_MODE = 0o755
_WORDS = frozenset(("ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "USER", "VOLUME", "WORKDIR"))


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
    place = Context(context, matcher)
    passed: dict[str, int] = {}
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
                at = Step(step, files, done, stage, dockerfile, place, passed)
                for rule in (leaked, *_RULES.get(step.name, ())):
                    yield from rule(at)
                files.take(step)
                if step.name in ("ADD", "COPY"):
                    _copied(at)
            passed |= _declared(stage, files)
        except DockerfileError:
            return  # it is told where the image's configuration is read


def _declared(stage: Stage, files: StageFiles) -> dict[str, int]:
    """The arguments of a stage that have a value, and their lines."""
    words = ((word.partition("=")[0], step) for step in stage.instructions if step.name == "ARG" for word in step.args)
    return {name: step.start_line for name, step in words if files.build.known.get(name)}


def _copied(at: Step) -> None:
    """What COPY makes is there from now on."""
    if at.target is not None and at.target != "/" and (at.directories or len(at.sources) > 1):
        at.files.make(at.target, at.owner or None)


def _argument(at: Step) -> Iterator[Found]:
    build = at.files.build
    for word in at.step.args:
        name, equals, default = word.partition("=")
        kept = build.environment.get(name)
        given = build.expand(default, at.line) if equals else build.dockerfile.arguments.get(name)
        value = build.args.get(name, given)
        if kept is not None and value is not None and kept != value:
            message = f"this release of Kaniko keeps the value that ENV gives {name} above; Docker takes that of ARG"
            yield Found(at.step, message, "give the argument another name", Flavour.RELEASE)


def _escapes(at: Step) -> Iterator[Found]:
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


def _leaving(at: Step) -> Iterator[Found]:
    """Kaniko would go on to its own files above the context, the credentials for the registry among them."""
    for source in () if at.flag("--from") else at.sources:
        if posixpath.normpath(source.lstrip("/")).split("/")[0] == "..":
            inside = context_path(source)
            message = f"{source} leads out of the build context, where Docker stops at the context's top ({inside})"
            remedy = f"write {inside}, or build with the directory above as the context"
            yield Found(at.step, message, remedy, None, Severity.ERROR, Code.CONTEXT_ESCAPE)


def _links(at: Step) -> Iterator[Found]:
    for source in () if at.flag("--from") else at.sources:
        place = at.context.place(source)
        if place is not None and os.path.islink(place):
            there = os.readlink(place)
            message = f"Kaniko copies the link {source} itself, Docker what it points to ({there})"
            yield Found(at.step, message, f"name {_beside(source, there)} in its place")


def _beside(source: str, link: str) -> str:
    return link if link.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(source), link))


def _over(at: Step) -> Iterator[Found]:
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


def _mode(at: Step, source: str, known: Directory) -> int | None:
    place = None if at.flag("--from") else at.context.place(source)
    if place is None:
        return known.mode
    # The context's own directory is packed with this mode.
    return _DEFAULT_MODE if context_path(source) == "." else os.stat(place).st_mode & 0o777


def _same(one: str, other: str) -> bool:
    return one == other or (one in ROOT and other in ROOT)


def _from_stage(at: Step) -> Iterator[Found]:
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


def _whole_stage(at: Step) -> Iterator[Found]:
    if at.origin is not None and "/" in at.sources:
        message = "this release of Kaniko copies /proc of its own container, too, and fails where it cannot read it"
        yield Found(at.step, message, "name the directories that are wanted", Flavour.RELEASE)


def _above(at: Step) -> Iterator[Found]:
    """Directories on the way to a target of COPY --chown."""
    target = at.target
    if target is None or at.flag("--from") or at.owner in ("", *ROOT) or not at.directories:
        return
    if (parent := posixpath.dirname(target)) != "/" and at.files.is_missing(parent):
        message = f"this release of Kaniko makes {parent} root's; Docker makes it {at.owner}'s, as what is copied"
        yield Found(at.step, message, f"RUN chown {at.owner} {parent} behind it", Flavour.RELEASE)


def _hand_on(at: Step) -> Iterator[Found]:
    """The group of a directory above that has the set-group-ID bit."""
    target = at.target
    if target is None or target in at.files.directories or (at.step.name != "WORKDIR" and not at.directories):
        return
    for giver in sorted(at.files.setgid):
        if target.startswith(f"{giver}/"):
            message = f"Kaniko does not hand the group of {giver} and its set-group-ID bit on to {target}"
            yield Found(at.step, message, f"make {target} in a RUN step before it")
            return


def _working_directory(at: Step) -> Iterator[Found]:
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


def _hard_links(at: Step) -> Iterator[Found]:
    told: set[str] = set()
    for change in changes(at.step, at.files.build.image.working_dir, at.files.build.known):
        for path in change.paths if change.kind in ("mode", "owner") else ():
            other, line = at.files.links.get(path, ("", 0))
            if other and path not in told:
                told.add(path)
                message = f"{path} and {other} are one file (line {line}): Kaniko's layer may change one name alone"
                yield Found(at.step, message, "change the file in the step that makes the link")


def _volume(at: Step) -> Iterator[Found]:
    paths = [at.files.path(word, at.line) for word in at.step.args]
    missing = [path for path in paths if path and at.files.is_missing(path)]
    if missing:
        message = f"this release of Kaniko makes {', '.join(missing)} in the image; Docker when a container starts"
        remedy = "nothing is to do unless a later step makes it"
        yield Found(at.step, message, remedy, Flavour.RELEASE, Severity.NOTE)


def _below_volume(at: Step) -> Iterator[Found]:
    """What RUN writes is lost with every Kaniko; directories that COPY takes with the fork.

    So is, with the fork, what a stage writes to the volume of a stage below: it makes one of the two.
    """
    for volume in (*at.files.volumes, *at.files.volumes_below):
        if at.step.name == "RUN":
            named = bool(re.search(rf"(?<![\w./-]){re.escape(volume)}(?![\w.-])", at.step.original))
        else:
            named = f"{at.target or ''}/".startswith(f"{volume}/") and bool(at.directories)
        only = None if at.step.name == "RUN" and volume in at.files.volumes else Flavour.FORK
        if named:
            message = f"Kaniko leaves out of the image what is written to {volume} after its VOLUME"
            yield Found(at.step, message, _LAST, only)


_LAST = "move VOLUME to the end of the stage"
_COPIES = (
    _leaving,
    _links,
    *PLACES,
    symbolic_mode,
    _over,
    _from_stage,
    _whole_stage,
    _above,
    _hand_on,
    _below_volume,
    _escapes,
)
#: The rules for each instruction.
_RULES: Mapping[str, tuple[Callable[[Step], Iterator[Found]], ...]] = {
    **dict.fromkeys(_WORDS, (_escapes,)),
    "ADD": (*_COPIES, archives),
    "ARG": (_argument, _escapes),
    "COPY": _COPIES,
    "EXPOSE": (ports, _escapes),
    "RUN": (_hard_links, _below_volume, written, other_shell),
    "VOLUME": (_volume, _escapes),
    "WORKDIR": (_hand_on, _working_directory, _escapes),
}
