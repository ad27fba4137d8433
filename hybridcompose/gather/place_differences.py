"""What Kaniko does otherwise because of where it reads and writes: links of other stages, and what is mounted."""

from __future__ import annotations

import glob
import os
import posixpath
import re
from typing import TYPE_CHECKING

from hybridcompose.gather.facts import Flavour
from hybridcompose.gather.followed import Found, is_directory
from hybridcompose.gather.image_config import context_path
from hybridcompose.gather.stage_files import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.gather.followed import Step

_DEFAULT_MODE = 0o755
#: The modes of directories that nearly every base image has.
_USUAL = {"/root": 0o700, "/tmp": 0o1777, "/var/tmp": 0o1777}  # noqa: S108  (paths in images)
_SETCAP = re.compile(r"\bsetcap\s+(?:-\S+\s+)*[^\s;&|]+\s+(/[^\s;&|]+)")
#: Sources that no file of the context is looked for.
_ELSEWHERE = re.compile(r"://|<<|(^|/)\.\.(/|$)")
_WILDCARD = re.compile(r"[*?\[]")
_OCTAL = re.compile(r"[0-7]+")
#: Files that a container runtime mounts, or that Kaniko never looks at.
_MOUNTED_FILES = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/mtab")
_MOUNTED_DIRECTORIES = ("/proc", "/sys")
#: Of them those that Docker does not mount either.
_WRITTEN_BY_STEPS = re.compile(r"(?<![\w./-])(/etc/hostname|/etc/mtab|/kaniko)(?![\w.-])")


def stage_links(at: Step) -> Iterator[Found]:
    """A link of another stage that COPY names."""
    links = at.origin.symlinks if at.origin is not None else {}
    for source in at.sources:
        path = "/" + posixpath.normpath(source).lstrip("/")
        if path in links:
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), links[path]))
            message = f"Kaniko copies the link {source} itself, Docker what it points to ({links[path]})"
            yield Found(at.step, message, f"name {there} in its place")


def stage_pipes(at: Step) -> Iterator[Found]:
    """Pipes of another stage among what COPY names."""
    pipes = at.origin.pipes if at.origin is not None else ()
    for source in at.sources:
        path = "/" + posixpath.normpath(source).lstrip("/")
        found = next((pipe for pipe in sorted(pipes) if f"{pipe}/".startswith(f"{path.rstrip('/')}/")), None)
        if found is not None:
            message = f"this release of Kaniko waits for ever to read the pipe {found}"
            yield Found(at.step, message, "remove it in its stage, and make it in a RUN step here", Flavour.RELEASE)


def lost_capabilities(at: Step) -> Iterator[Found]:
    """Files with capabilities among what is copied from another stage."""
    given = [path for text in (at.origin.text if at.origin is not None else ()) for path in _SETCAP.findall(text)]
    for source in at.sources:
        path = "/" + posixpath.normpath(source).lstrip("/")
        for file in given:
            if f"{file}/".startswith(f"{path.rstrip('/')}/"):
                # The fork keeps those of a file that is named itself.
                only = Flavour.RELEASE if file == path else None
                yield Found(at.step, f"Kaniko copies {file} without its capabilities", "RUN setcap behind it", only)


def without_match(at: Step) -> Iterator[Found]:
    """Wildcards that nothing matches, and names that look like wildcards."""
    directory = at.context.directory
    if directory is None or at.flag("--from") or any(_ELSEWHERE.search(source) for source in at.sources):
        return
    found = [_matches(at, directory, source) for source in at.sources]
    named = [source for source, matches in zip(at.sources, found, strict=True) if not matches and _is_there(at, source)]
    for source in named:
        message = f"Kaniko copies {source}; Docker takes it for a pattern, which matches nothing"
        yield Found(at.step, message, f"write {source.replace('[', '[[]')}")
    if found and not any(found) and not named:
        message = f"nothing matches {at.sources[0]}: this release of Kaniko then adds directories of its own container"
        yield Found(at.step, message, "leave the line out, or name a file that is there", Flavour.RELEASE)


def _is_there(at: Step, source: str) -> bool:
    return os.path.lexists(os.path.join(at.context.directory or "", context_path(source)))


def _matches(at: Step, directory: str, source: str) -> bool:
    if not _WILDCARD.search(source):
        return True
    names = glob.iglob(context_path(source), root_dir=directory, include_hidden=True)
    matcher = at.context.matcher
    return any(matcher is None or not matcher.matches(name) for name in names)


def new_directory(at: Step) -> Iterator[Found]:
    """A directory of the context that becomes a new one."""
    target = at.target
    if target is None or target == "/" or target in at.files.directories or at.flag("--from") or at.flag("--chmod"):
        return
    usual = _USUAL.get(target, _DEFAULT_MODE)
    for source in at.sources:
        place = at.context.place(source)
        if place is None or not is_directory(place):
            continue
        mode = _DEFAULT_MODE if context_path(source) == "." else os.stat(place).st_mode & 0o7777
        if mode != usual and (target in _USUAL or at.files.is_missing(target)):
            message = f"this release of Kaniko gives {target} the mode of {source}, {mode:04o}; Docker {usual:04o}"
            yield Found(at.step, message, f"RUN chmod {usual:o} {target} behind it", Flavour.RELEASE)


def link_above(at: Step) -> Iterator[Found]:
    """The directories above the target of ``COPY --link --chown``: that layer has its own."""
    target = at.target
    is_link = any(flag in ("--link", "--link=true") for flag in at.step.flags)
    if not is_link or target is None or at.owner in ("", *ROOT):
        return
    above = target if at.step.args[-1].endswith("/") and not at.directories else posixpath.dirname(target)
    if above != "/" and not at.files.is_missing(above):
        message = (
            f"Docker makes {above} {at.owner}'s as well, since --link has directories of its own; Kaniko leaves it"
        )
        yield Found(at.step, message, f"RUN chown {at.owner} {above} behind it")


def through_links(at: Step) -> Iterator[Found]:
    """Links of the image that something of a copied directory takes the place of."""
    target = at.target
    if target is None or at.flag("--from"):
        return
    prefix = f"{target.rstrip('/')}/"
    places = [place for source in at.sources if (place := at.context.place(source)) and is_directory(place)]
    for path, there in sorted(at.files.symlinks.items()):
        inside = (os.path.join(place, path.removeprefix(prefix)) for place in places if path.startswith(prefix))
        if any(os.path.exists(new) and not os.path.islink(new) for new in inside):
            message = f"Kaniko follows the link {path} and writes to {there}; Docker puts the copy in the link's place"
            yield Found(at.step, message, f"RUN rm {path} before it")


def owned_links(at: Step) -> Iterator[Found]:
    """Links among what is copied with ``--chown``."""
    owner = at.flag("--chown")
    if not owner or at.flag("--from") or at.owner in ROOT:
        return
    for source in at.sources:
        place = at.context.place(source)
        link = _first_link(place) if place is not None and is_directory(place) else None
        if link is not None:
            message = f"Kaniko leaves links of {source}, such as {link}, to root, whatever --chown says"
            yield Found(at.step, message, f"RUN chown -hR {owner} {at.target or 'TARGET'} behind it")


def _first_link(place: str) -> str | None:
    for directory, directories, files in os.walk(place):
        directories.sort()
        for name in sorted((*directories, *files)):
            if os.path.islink(path := os.path.join(directory, name)):
                return os.path.relpath(path, place)
    return None


def mode_above(at: Step) -> Iterator[Found]:
    """Directories on the way to the target of ``--chmod``, which get its mode."""
    mode = at.files.build.expand(at.flag("--chmod"), at.line) if at.flag("--chmod") else None
    target = at.target
    if target is None or mode is None or not _OCTAL.fullmatch(mode) or int(mode, 8) == _DEFAULT_MODE:
        return
    is_file = not (target in at.files.directories or at.step.args[-1].endswith("/") or len(at.sources) > 1)
    above = posixpath.dirname(target) if is_file else target
    if above != "/" and at.files.is_missing(above):
        message = f"this release of Kaniko makes {above} with mode 0755; Docker gives it that of --chmod, {mode}"
        yield Found(at.step, message, f"RUN chmod {mode} {above} behind it", Flavour.RELEASE)


def mounted(at: Step) -> Iterator[Found]:
    """What is copied onto something that is mounted in Kaniko's container."""
    for path in sorted(set(_mounted(at))):
        message = f"{path} is mounted in the container that Kaniko runs in: what is copied there is not in the image"
        yield Found(at.step, message, "write it when the container starts, or mount it there")


def _mounted(at: Step) -> Iterator[str]:
    target = at.target
    if target is None:
        return
    yield from (path for path in _MOUNTED_DIRECTORIES if f"{target}/".startswith(f"{path}/"))
    if target in _MOUNTED_FILES:
        yield target
    for source in () if at.flag("--from") else at.sources:
        place = at.context.place(source)
        if place is None:
            continue
        if is_directory(place):
            yield from _inside(place, target)
        elif (path := posixpath.join(target, os.path.basename(place))) in _MOUNTED_FILES:
            yield path


def _inside(place: str, target: str) -> Iterator[str]:
    """The files of a directory that land on mounted ones."""
    prefix = f"{target.rstrip('/')}/"
    for path in _MOUNTED_FILES:
        if path.startswith(prefix) and os.path.lexists(os.path.join(place, path.removeprefix(prefix))):
            yield path


def written(at: Step) -> Iterator[Found]:
    """The same for what a step names."""
    for path in sorted(set(_WRITTEN_BY_STEPS.findall(at.step.original))):
        message = f"{path} is Kaniko's own in its container: what the step writes there is not in the image"
        yield Found(at.step, message, "write it when the container starts, or mount it there")


#: The rules of COPY and ADD.
PLACES = (
    stage_links,
    stage_pipes,
    lost_capabilities,
    without_match,
    new_directory,
    link_above,
    through_links,
    owned_links,
    mounted,
    mode_above,
)
