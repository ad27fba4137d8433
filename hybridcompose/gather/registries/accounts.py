"""The users and groups of an image, out of the layer that wrote them last.

Read where a compose file names a user: bounded in the size of each layer, of all of them, and of what they unpack to.
A layer that is not read ends the search, since what stands below it may be out of date.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.gather.registries.errors import RegistryError
from hybridcompose.gather.registries.names import is_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.gather.registries.client import Manifest, Registries
    from hybridcompose.gather.registries.names import ImageName

MAX_LAYER = 64 * 1024 * 1024
MAX_LAYERS = 128 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
_MAX_FILE = 1024 * 1024
_PASSWD, _GROUP = "etc/passwd", "etc/group"
_WANTED = (_PASSWD, _GROUP)
#: What a layer says that it has taken away; the last two: everything below.
_GONE = ("etc/.wh.passwd", "etc/.wh.group", ".wh.etc", "etc/.wh..wh..opq", ".wh..wh..opq")


class Accounts(NamedTuple):
    """``users`` with their uid and gid, ``groups`` with their gid, by name."""

    users: Mapping[str, tuple[int, int]]
    groups: Mapping[str, int]


class _UnreadableError(Exception):
    """A layer of a form or size that is not read."""


class _Bounded(io.RawIOBase):
    """Ends a stream that goes on for too long."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream, self._left = stream, MAX_UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise _UnreadableError
        buffer[: len(data)] = data
        return len(data)


def accounts(registries: Registries, name: ImageName, manifest: Manifest) -> Accounts | None:
    """The accounts of an image; ``None`` where they are not found. Raises as ``Registries.blob`` does."""
    found: dict[str, str] = {}
    left = MAX_LAYERS
    for digest, size in _layers(name, manifest):
        left -= size
        if size > MAX_LAYER or left < 0:
            break
        try:
            files, gone = _files_of(registries.blob(name, digest, size))
        except _UnreadableError:
            break
        found = {**files, **found}
        if gone or len(found) == len(_WANTED):
            break
    if _PASSWD not in found:
        return None
    users = {fields[0]: (int(fields[2]), int(fields[3])) for fields in _lines(found[_PASSWD], 4, (2, 3))}
    groups = {fields[0]: int(fields[2]) for fields in _lines(found.get(_GROUP, ""), 3, (2,))}
    return Accounts(users, groups)


def _layers(name: ImageName, manifest: Manifest) -> Iterator[tuple[str, int]]:
    """Digest and size of each layer, the last first."""
    layers = manifest.content.get("layers")
    for layer in reversed(layers if isinstance(layers, list) else []):
        digest, size = (layer.get("digest"), layer.get("size")) if isinstance(layer, dict) else (None, None)
        if not isinstance(digest, str) or not is_digest(digest) or not isinstance(size, int) or size < 0:
            raise RegistryError(name.host, f"has {name} in a form that is not understood")
        yield digest, size


def _files_of(data: bytes) -> tuple[dict[str, str], bool]:
    """The two files in a layer, as far as it has them, and whether it hides those below."""
    stream = gzip.GzipFile(fileobj=io.BytesIO(data)) if data[:2] == b"\x1f\x8b" else io.BytesIO(data)
    files: dict[str, str] = {}
    gone = False
    try:
        with tarfile.open(fileobj=io.BufferedReader(_Bounded(stream)), mode="r|") as archive:
            for member in archive:
                path = member.name.removeprefix("./").lstrip("/")
                gone = gone or path in _GONE or (path == "etc" and not member.isdir())
                if path in _WANTED:
                    files[path] = _text(archive, member)
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError):
        # Among others what is compressed in another way.
        raise _UnreadableError from None
    return files, gone


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = archive.extractfile(member) if member.isreg() and member.size <= _MAX_FILE else None
    if content is None:
        raise _UnreadableError
    return content.read().decode(errors="replace")


def _lines(text: str, least: int, numbers: tuple[int, ...]) -> Iterator[list[str]]:
    """The fields of the lines that have the form that they should have; of a name the first line counts."""
    seen: set[str] = set()
    for line in text.splitlines():
        fields = line.split(":")
        fits = len(fields) >= least and all(fields[at].isascii() and fields[at].isdecimal() for at in numbers)
        if fits and fields[0] not in seen:
            seen.add(fields[0])
            yield fields
