"""A build context as a gzip tar whose bytes depend on its content alone.

Names are sorted, owners are 0, times are 0; modes and symbolic links are kept, hard links are files of their own.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Callable, Iterable

#: A longer archive is not kept: no object of a cluster could hold it, and it is made again when it is streamed.
MAX_ARCHIVE = 1024 * 1024

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
    """``data`` is ``None`` where it is longer than ``MAX_ARCHIVE``, ``size`` its length in bytes.

    ``sha256`` is of the uncompressed tar: what was packed. ``compressed_sha256`` is of the gzip file: what arrives.
    """

    data: bytes | None = field(repr=False)
    size: int
    sha256: str
    compressed_sha256: str


class _Sink(io.RawIOBase):
    """Hashes what is written, compresses it, and passes it on."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        super().__init__()
        self.hash, self.compressed_hash = hashlib.sha256(), hashlib.sha256()
        self.compressor = zlib.compressobj(wbits=_GZIP)
        self.size = 0
        self.take = take

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(cast("bytes", data))
        self.hash.update(view)
        self._pass(self.compressor.compress(view))
        return len(view)

    def _pass(self, compressed: bytes) -> None:
        if compressed:
            self.size += len(compressed)
            self.compressed_hash.update(compressed)
            self.take(compressed)

    def end(self) -> Archive:
        self._pass(self.compressor.flush())
        return Archive(None, self.size, self.hash.hexdigest(), self.compressed_hash.hexdigest())


class _Kept:
    """Keeps what is not too long."""

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] | None = []
        self.room = limit

    def take(self, part: bytes) -> None:
        self.room -= len(part)
        if self.room < 0:
            self.parts = None
        elif self.parts is not None:
            self.parts.append(part)

    @property
    def data(self) -> bytes | None:
        return None if self.parts is None else b"".join(self.parts)


def pack(members: Iterable[Member], limit: int = MAX_ARCHIVE) -> Archive:
    """The members, in the order given, as a gzip tar. Files are read piece by piece.

    Raises ``OSError`` for a file that cannot be read or that changes while it is read.
    """
    kept = _Kept(limit)
    return replace(write(members, kept.take), data=kept.data)


def write(members: Iterable[Member], take: Callable[[bytes], None]) -> Archive:
    """Gives the gzip tar of the members to ``take``, piece by piece; the result holds no data.

    Only a piece is in memory at a time, however many and large the files are. Raises as ``pack`` does.
    """
    import tarfile

    sink = _Sink(take)
    with tarfile.open(fileobj=cast("BinaryIO", sink), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            _add(tar, member)
            tar.getmembers().clear()  # the library would remember them all until the end
    return sink.end()


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
        with open(member.source, "rb") as file:
            tar.addfile(info, file)
