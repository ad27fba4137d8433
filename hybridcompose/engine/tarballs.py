"""Archives of files, packed and unpacked here: modes and times are kept, and nothing leaves its directory."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import IO

#: Bytes that are copied at a time.
_PIECE = 1 << 20


class UnsafeArchiveError(Exception):
    """A member of an archive would be written outside the directory that it is unpacked into."""


class Sink(Protocol):
    """Where an archive goes, piece by piece."""

    def write(self, data: bytes, /) -> int: ...


def pack(path: str, name: str, sink: Sink, *, owners: bool, follow: bool = False) -> None:
    """Writes a file, or a directory with everything below it, under this name; ``.`` for its content alone.

    ``follow``: where the path is a symbolic link, what it leads to. Without ``owners`` all belongs to root. Raises
    ``OSError``. The form is that of GNU tar, which every small tar reads.
    """

    def owned(member: tarfile.TarInfo) -> tarfile.TarInfo:
        if not owners:
            member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.GNU_FORMAT, bufsize=65_536) as archive:  # type: ignore[call-overload]
        archive.add(os.path.realpath(path) if follow else path, name, filter=owned)


def unpack(archive: IO[bytes], directory: str, root: str, name: str, *, owners: bool) -> list[str]:
    """Unpacks into ``directory``; the member ``root`` and what is below it under ``name`` there, ``.`` for itself.

    Returns the names of what is no file, directory or link, and is left out. Raises ``UnsafeArchiveError`` before
    anything of a member that leaves the directory is written, ``OSError``, ``tarfile.TarError``.
    """
    left_out: list[str] = []
    directories: list[tuple[str, tarfile.TarInfo]] = []
    inside = os.path.realpath(directory)
    with tarfile.open(fileobj=archive, mode="r:") as members:
        for member in members:
            target = _target(inside, _renamed(member.name, root, name), member.name)
            if member.isdir():
                _make_directory(target)
                directories.append((target, member))
            elif member.issym():
                _make_way(target)
                os.symlink(member.linkname, target)
            elif member.islnk():
                _make_way(target)
                os.link(_target(inside, _renamed(member.linkname, root, name), member.name), target)
            elif member.isreg():
                _make_way(target)
                _write(members, member, target)
            else:
                left_out.append(member.name)
                continue
            if owners and hasattr(os, "geteuid") and os.geteuid() == 0:
                os.lchown(target, member.uid, member.gid)
            if member.isreg():
                _keep(target, member)
    # What is made in a directory changes its time, and its mode may forbid making anything.
    for target, member in reversed(directories):
        _keep(target, member)
    return left_out


def _renamed(member: str, root: str, name: str) -> str:
    parts = [part for part in member.split("/") if part not in ("", ".")]
    own = [part for part in root.split("/") if part not in ("", ".")]
    if parts[: len(own)] == own:
        parts = [name, *parts[len(own) :]]
    return "/".join(parts)


def _target(inside: str, name: str, member: str) -> str:
    """Where a member goes: links that were unpacked before lead nowhere else. Raises ``UnsafeArchiveError``."""
    if ".." in name.split("/"):
        raise UnsafeArchiveError(member)
    path = os.path.normpath(os.path.join(inside, name))
    parent = inside if path == inside else os.path.realpath(os.path.dirname(path))
    if parent != inside and not parent.startswith(inside.rstrip("/") + "/"):
        raise UnsafeArchiveError(member)
    return path


def _make_directory(target: str) -> None:
    if os.path.islink(target):
        os.unlink(target)
    os.makedirs(target, exist_ok=True)
    os.chmod(target, stat.S_IMODE(os.stat(target).st_mode) | stat.S_IRWXU)


def _make_way(target: str) -> None:
    """What is there is replaced, and not written through where it is a link."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with suppress(FileNotFoundError):
        os.unlink(target)


def _write(members: tarfile.TarFile, member: tarfile.TarInfo, target: str) -> None:
    content = members.extractfile(member)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        if content is not None:
            shutil.copyfileobj(content, file, _PIECE)


def _keep(target: str, member: tarfile.TarInfo) -> None:
    os.chmod(target, stat.S_IMODE(member.mode))
    os.utime(target, (member.mtime, member.mtime))
