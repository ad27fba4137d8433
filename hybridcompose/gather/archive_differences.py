"""What Kaniko does otherwise with the archives that ADD takes from the context. Both find them by their content."""

from __future__ import annotations

import os
import posixpath
import tarfile
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.gather.facts import Flavour
from hybridcompose.gather.followed import Found
from hybridcompose.reading import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.gather.followed import Step

_DEFAULT_MODE = 0o755
_LARGE = 16 * 1024 * 1024
_SET_AGAIN = "make the directory in a RUN step before it, or set owner and mode behind it"
#: How files begin that Kaniko takes for archives whatever they hold.
_COMPRESSED = {b"\x1f\x8b\x08": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"(\xb5/\xfd": "zstd"}
#: What it unpacks.
_READ = ("gzip", "bzip2")


class _Content(NamedTuple):
    """What a file is: how it is compressed (empty: not at all), and the archive's first member."""

    compression: str
    first: tarfile.TarInfo | None


def archives(at: Step) -> Iterator[Found]:
    """The differences of one ADD."""
    for source in at.sources:
        place = at.context.place(source)
        content = _content(place) if place is not None else None
        if content is None:
            continue
        if content.compression and (content.first is None or content.compression not in _READ):
            yield _unreadable(at, source, content)
        elif content.first is not None:
            yield from _owner(at, source, place)
            yield from _directory(at, content.first)


def _unreadable(at: Step, source: str, content: _Content) -> Found:
    if content.compression in _READ:
        message = f"Kaniko takes {source} for an archive, as it is compressed, and fails; Docker copies the file"
        return Found(at.step, message, "write COPY")
    what = "unpacks it" if content.first is not None else "copies a file that is no archive, and unpacks one that is"
    message = f"Kaniko does not unpack {content.compression}: the build fails at {source}; Docker {what}"
    return Found(at.step, message, "compress it with gzip, or COPY it and unpack it in a RUN step")


def _owner(at: Step, source: str, place: str | None) -> Iterator[Found]:
    link = None if at.flag("--chown") else _owned_link(place or "")
    if link is not None:
        message = f"Kaniko leaves links in {source}, such as {link.name}, to root; Docker to {link.uid}:{link.gid}"
        yield Found(
            at.step, message, f"RUN chown -h {link.uid}:{link.gid} {at.target or 'TARGET'}/{link.name} behind it"
        )
    if at.flag("--chown"):
        message = f"Kaniko leaves what it unpacks of {source} its owners in the archive, whatever --chown says"
        yield Found(at.step, message, f"RUN chown -R {at.flag('--chown')} {at.target or 'TARGET'} behind it")


def _directory(at: Step, first: tarfile.TarInfo) -> Iterator[Found]:
    """The directory that an archive is unpacked into."""
    target = at.target
    if target is None or target == "/" or not first.isdir():
        return
    mode = first.mode & 0o755
    top = posixpath.normpath(first.name) == "."
    if top and (first.mode & 0o777 != _DEFAULT_MODE or first.uid or first.gid):
        message = f"this release of Kaniko gives {target} the owner and mode of the archive's own directory"
        yield Found(at.step, f"{message} ({first.uid}:{first.gid}, {first.mode:04o})", _SET_AGAIN, Flavour.RELEASE)
    elif not top and mode != _DEFAULT_MODE and at.files.is_missing(target):
        message = f"Kaniko gives {target} the mode of the archive's first directory, {mode:04o}; Docker 0755"
        yield Found(at.step, message, _SET_AGAIN)


def _content(place: str) -> _Content | None:
    """``None`` for what is no file that can be read."""
    try:
        with open(place, "rb", opener=open_file) as file:
            start = file.read(8)
        compression = next((name for magic, name in _COMPRESSED.items() if start.startswith(magic)), "")
        return _Content(compression, _first_member(place))
    except OSError:
        return None


def _owned_link(place: str) -> tarfile.TarInfo | None:
    """A symbolic link of an archive that is not root's; in a large one it is not looked for."""
    try:
        if os.stat(place).st_size > _LARGE:
            return None
        with tarfile.open(place) as archive:
            return next((one for one in archive if one.issym() and (one.uid or one.gid)), None)
    except (tarfile.TarError, OSError, EOFError, ValueError):
        return None


def _first_member(place: str) -> tarfile.TarInfo | None:
    try:
        with tarfile.open(place) as archive:
            return archive.next()
    except (tarfile.TarError, OSError, EOFError, ValueError):
        return None
