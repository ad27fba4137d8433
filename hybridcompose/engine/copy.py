"""``cp``: files between here and a container, as an archive through the container's own tar.

Where a file ends up is as under ``docker cp``: a directory that exists takes it in, anything else is its new name.
"""

from __future__ import annotations

import os
import posixpath
import tarfile
import tempfile
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.refusals import refused
from hybridcompose.diagnostics import Code, Diagnostic, HybridComposeError, OutputError, Severity
from hybridcompose.engine.container_files import Place
from hybridcompose.engine.containers import find, find_all
from hybridcompose.engine.tarballs import UnsafeArchiveError, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from hybridcompose.cluster.streams.exec import Program
    from hybridcompose.engine.target import Console, Target

#: Standard input or output, as an archive.
STREAM = "-"
_PIECE = 65_536


class Side(NamedTuple):
    """One end of a copy; without ``service`` it is here."""

    service: str
    path: str


class Request(NamedTuple):
    """``follow`` symbolic links at the source, keep ``owners``; ``number`` is which container of the service."""

    number: int | None = None
    follow: bool = False
    owners: bool = False


def side(text: str) -> Side:
    """``SERVICE:PATH``, or a path here."""
    service, colon, path = text.partition(":")
    if not colon or not service or service.startswith((".", "/")) or "/" in service:
        return Side("", text)
    return Side(service, path or "/")


def from_container(
    target: Target, source: Side, destination: str, request: Request, console: Console, out: Callable[[bytes], object]
) -> None:
    """Copies out of a container; ``out`` takes the archive where the destination is ``-``.

    Raises ``ClusterError`` where the service does not run or has no such file, ``OutputError`` for what cannot be
    written here: nothing is, unless the whole archive has arrived.
    """
    name, pod = find(target, source.service, request.number)
    place = Place(target, source.service, name, pod)
    path = place.resolved(source.path) if request.follow else source.path
    directory, root = _parts(path)
    if destination == STREAM:
        place.read(directory, root, path, out)
        return
    with tempfile.TemporaryFile() as archive:
        place.read(directory, root, path, archive.write)
        archive.seek(0)
        _unpack(archive, root, _parts(source.path)[1], destination, request, console)
    console.note(f"{name}: copied {source.path} to {destination}")


def _unpack(archive: IO[bytes], root: str, name: str, destination: str, request: Request, console: Console) -> None:
    into, new = _here(destination, name, is_directory=_holds_directory(archive, root))
    try:
        done = unpack(archive, into, root, new, owners=request.owners)
    except UnsafeArchiveError as error:
        message = f"the archive of the container would write outside {destination}: {error}"
        raise refused(message, "look at it with cp … - | tar tv") from error
    except (OSError, tarfile.TarError) as error:
        raise _unwritable(f"cannot write {destination}: {_reason(error)}") from error
    for left in done:
        console.note(f"{left} is no file, directory or link, and was left out")


def _holds_directory(archive: IO[bytes], root: str) -> bool:
    """Whether what was asked for is a directory: the first member says so."""
    with tarfile.open(fileobj=archive, mode="r:") as members:
        first = members.next()
    archive.seek(0)
    return root == "." or (first is not None and first.isdir())


def _here(destination: str, name: str, *, is_directory: bool) -> tuple[str, str]:
    """The directory to unpack into, and the name there. Raises ``OutputError``."""
    if os.path.isdir(destination):
        return destination, name
    parent, new = os.path.split(os.path.abspath(destination))
    if destination.endswith("/") and not is_directory:
        raise _unwritable(f"there is no directory {destination}")
    if is_directory and os.path.exists(destination):
        raise _unwritable(f"{destination} is a file, and a directory is copied")
    if not os.path.isdir(parent):
        raise _unwritable(f"there is no directory {parent}")
    return parent, new


def to_container(
    target: Target, source: str, destination: Side, request: Request, console: Console, given: IO[bytes] | None
) -> None:
    """Copies into every container of the service, or the one that is named; ``given`` is the archive for ``-``.

    Raises ``ClusterError``, ``HybridComposeError`` for what cannot be read here.
    """
    if source != STREAM and not os.path.lexists(source.rstrip("/")):
        raise _unreadable(f"there is no file {source}")
    found = find_all(target, destination.service)
    if request.number is not None or source == STREAM:
        found = [find(target, destination.service, request.number)]
    for name, pod in found:
        place = Place(target, destination.service, name, pod)
        if source == STREAM:
            place.write(destination.path, destination.path, partial(_passed_on, given))
        else:
            _send(place, source, destination.path, request)
        console.note(f"{name}: copied {source} to {destination.path}")


def _passed_on(given: IO[bytes] | None, program: Program) -> None:
    while given is not None and (data := given.read(_PIECE)):
        if not program.write(data):
            return


def _send(place: Place, source: str, path: str, request: Request) -> None:
    is_directory = os.path.isdir(source) and (request.follow or not os.path.islink(source.rstrip("/")))
    contents = source.endswith("/.") or source == "."
    if place.check("-d", path):
        into, name = path, "." if contents else os.path.basename(os.path.abspath(source))
    else:
        into, name = posixpath.split(posixpath.normpath(path))
        if path.endswith("/") and not is_directory:
            raise refused(f"there is no directory {path} in {place.name}", "make it first, or name a file")
        if is_directory and place.check("-e", path):
            raise refused(f"{path} in {place.name} is a file, and a directory is copied", "name another place")

    def packed(program: Program) -> None:
        try:
            pack(source.rstrip("/") or "/", name, _Outlet(program), owners=request.owners, follow=request.follow)
        except _EndedError:
            return
        except OSError as error:
            raise _unreadable(f"cannot read {source}: {_reason(error)}") from error

    place.write(into or "/", path, packed)


class _EndedError(Exception):
    """The other tar has ended: nothing more is to be sent."""


class _Outlet:
    def __init__(self, program: Program) -> None:
        self._program = program

    def write(self, data: bytes, /) -> int:
        for start in range(0, len(data), _PIECE):
            if not self._program.write(data[start : start + _PIECE]):
                raise _EndedError
        return len(data)


def _parts(path: str) -> tuple[str, str]:
    """The directory that tar begins in and what it packs there; ``.`` for the content of a directory alone."""
    if path.endswith("/.") or path in (".", "/"):
        return path.removesuffix(".") or "/", "."
    directory, name = posixpath.split(posixpath.normpath(path))
    return directory or "/", name


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _unwritable(message: str) -> OutputError:
    remedy = "name another place, or a directory that exists"
    return OutputError([Diagnostic(Code.UNWRITABLE_OUTPUT, Severity.ERROR, message, remedy=remedy)])


def _unreadable(message: str) -> HybridComposeError:
    return HybridComposeError([Diagnostic(Code.UNREADABLE_SOURCE, Severity.ERROR, message, remedy="correct the path")])
