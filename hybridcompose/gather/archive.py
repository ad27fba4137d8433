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
    from collections.abc import Callable, Iterable

#: A longer archive is not kept: no object of a cluster could hold it, and it is made again when it is streamed.
MAX_ARCHIVE = 1024 * 1024

_GZIP = 31  # zlib's notation of "with a gzip header", which then has no time and no name
#: What is kept is made small; what is streamed is made quickly, three times as fast for a fifth more of bytes.
_KEPT_LEVEL, _STREAMED_LEVEL = 6, 1


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
    """``data`` is ``None`` where it is longer than ``MAX_ARCHIVE``; ``sha256`` is of the uncompressed tar.

    ``streamed_size`` (bytes) and ``streamed_sha256`` are of the gzip file that ``write`` makes of the same members.
    """

    data: bytes | None = field(repr=False)
    sha256: str
    streamed_size: int
    streamed_sha256: str

    @property
    def size(self) -> int:
        """The length in bytes of what is kept, else of what would be streamed."""
        return self.streamed_size if self.data is None else len(self.data)


class _Gzip:
    """Compresses what it gets, counts and hashes that, and passes it on."""

    def __init__(self, level: int, take: Callable[[bytes], None]) -> None:
        self.compressor = zlib.compressobj(level, wbits=_GZIP)
        self.hash = hashlib.sha256()
        self.size = 0
        self.take = take

    def write(self, data: memoryview) -> None:
        self._pass(self.compressor.compress(data))

    def end(self) -> None:
        self._pass(self.compressor.flush())

    def _pass(self, compressed: bytes) -> None:
        if compressed:
            self.size += len(compressed)
            self.hash.update(compressed)
            self.take(compressed)


class _Kept:
    """A gzip file in memory, given up where it is too long: ``parts`` is then ``None``."""

    def __init__(self, limit: int) -> None:
        self.gzip = _Gzip(_KEPT_LEVEL, self._take)
        self.parts: list[bytes] | None = []
        self.limit = limit

    def write(self, data: memoryview) -> None:
        if self.parts is not None:
            self.gzip.write(data)

    def _take(self, part: bytes) -> None:
        if self.gzip.size > self.limit:
            self.parts = None
        elif self.parts is not None:
            self.parts.append(part)

    def data(self) -> bytes | None:
        self.gzip.end()
        return None if self.parts is None else b"".join(self.parts)


class _Sink(io.RawIOBase):
    """Hashes what is written, and gives it to all that want it."""

    def __init__(self, *outlets: _Gzip | _Kept) -> None:
        super().__init__()
        self.hash = hashlib.sha256()
        self.outlets = outlets

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(cast("bytes", data))
        self.hash.update(view)
        for outlet in self.outlets:
            outlet.write(view)
        return len(view)


def pack(members: Iterable[Member], limit: int = MAX_ARCHIVE) -> Archive:
    """The members, in the order given, as a gzip tar. Files are read piece by piece.

    Raises ``OSError`` for a file that cannot be read or that changes while it is read.
    """
    kept, streamed = _Kept(limit), _Gzip(_STREAMED_LEVEL, lambda _: None)
    sink = _Sink(kept, streamed)
    _write(members, sink)
    streamed.end()
    return Archive(kept.data(), sink.hash.hexdigest(), streamed.size, streamed.hash.hexdigest())


def write(members: Iterable[Member], take: Callable[[bytes], None]) -> None:
    """Gives the gzip tar of the members to ``take``, piece by piece.

    Only a piece is in memory at a time, however many and large the files are. Raises as ``pack`` does.
    """
    streamed = _Gzip(_STREAMED_LEVEL, take)
    _write(members, _Sink(streamed))
    streamed.end()


def _write(members: Iterable[Member], sink: _Sink) -> None:
    import tarfile

    with tarfile.open(fileobj=cast("BinaryIO", sink), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            _add(tar, member)
            tar.getmembers().clear()  # the library would remember them all until the end


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
