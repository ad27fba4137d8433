"""A build context as a gzip tar whose bytes depend on its content alone.

Names are sorted, owners are 0, times are 0; modes and symbolic links are kept, hard links are files of their own.
"""

from __future__ import annotations

import errno
import hashlib
import io
import stat
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from hybridcompose.reading import open_file

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Iterable

#: A longer archive is not kept in memory: no manifest could hold it, it is streamed when it is used.
MAX_ARCHIVE = 64 * 1024 * 1024

_GZIP = 31  # zlib's notation of "with a gzip header", which then has no time and no name


class Member(NamedTuple):
    """One entry of the archive. ``path`` is relative; ``source`` is read for a file that has no ``content``."""

    path: str
    mode: int
    source: str = ""
    size: int = 0
    content: bytes | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """``data`` is ``None`` where it is longer than ``MAX_ARCHIVE``; ``sha256`` is of the uncompressed tar."""

    data: bytes | None = field(repr=False)
    size: int
    sha256: str


class _Sink(io.RawIOBase):
    """Hashes what is written, compresses it, and keeps what is not too long."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.hash = hashlib.sha256()
        self.compressor = zlib.compressobj(wbits=_GZIP)
        self.kept: list[bytes] | None = []
        self.size = 0
        self.limit = limit

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(cast("bytes", data))
        self.hash.update(view)
        self._keep(self.compressor.compress(view))
        return len(view)

    def _keep(self, compressed: bytes) -> None:
        self.size += len(compressed)
        if self.size > self.limit:
            self.kept = None
        elif self.kept is not None:
            self.kept.append(compressed)

    def archive(self) -> Archive:
        self._keep(self.compressor.flush())
        return Archive(None if self.kept is None else b"".join(self.kept), self.size, self.hash.hexdigest())


def pack(members: Iterable[Member], limit: int = MAX_ARCHIVE) -> Archive:
    """The members, in the order given, as a gzip tar. Files are read piece by piece.

    Raises ``OSError`` for a file that cannot be read or that changes while it is read.
    """
    import tarfile

    sink = _Sink(limit)
    with tarfile.open(fileobj=cast("BinaryIO", sink), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            _add(tar, member)
    return sink.archive()


def _add(tar: tarfile.TarFile, member: Member) -> None:
    import tarfile

    info = tarfile.TarInfo(member.path)
    info.mode = stat.S_IMODE(member.mode)
    if member.link is not None:
        info.type, info.linkname = tarfile.SYMTYPE, member.link
        tar.addfile(info)
    elif member.content is not None:
        info.size = len(member.content)
        tar.addfile(info, io.BytesIO(member.content))
    elif stat.S_ISDIR(member.mode):
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
    else:
        info.size = member.size
        with open(member.source, "rb", opener=open_file) as file:
            tar.addfile(info, file)
            if file.read(1):
                raise OSError(errno.EAGAIN, "it grew while it was read", member.source)
