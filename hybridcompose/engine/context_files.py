"""Writes the archives of build contexts, for who brings them to where builders fetch them."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Diagnostic, OutputError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.plan import ContextArchive


def write_contexts(archives: Iterable[ContextArchive], directory: str) -> list[str]:
    """Writes each archive into ``directory``, which is made, and returns their paths, sorted.

    A file appears when it is whole. One that is there already has the right content, which its name tells. Raises
    ``OutputError`` where one cannot be written, or the files of a context have changed since they were read.
    """
    by_name = {archive.name: archive for archive in archives}
    paths = []
    for name, archive in sorted(by_name.items()):
        path = os.path.join(directory, name)
        try:
            os.makedirs(directory, exist_ok=True)
            if not (os.path.isfile(path) and os.path.getsize(path) == archive.size):
                _write(archive, path)
        except OSError as error:
            message = f"cannot write {path}: {error.strerror or error}"
            raise _failed(message, "choose another directory") from error
        paths.append(path)
    return paths


def _write(archive: ContextArchive, path: str) -> None:
    fresh = os.path.join(os.path.dirname(path), f".{archive.name}.{os.getpid()}")
    checksum = hashlib.sha256()
    try:
        with open(fresh, "wb") as file:

            def take(piece: bytes) -> None:
                checksum.update(piece)
                file.write(piece)

            archive.source.send(take)
        if checksum.hexdigest() != archive.sha256:
            message = f"the files of {archive.name} have changed since they were read"
            raise _failed(message, "run this again when nothing writes there")
        os.replace(fresh, path)
    finally:
        with suppress(OSError):
            os.unlink(fresh)


def _failed(message: str, remedy: str) -> OutputError:
    return OutputError([Diagnostic(Code.UNWRITABLE_OUTPUT, Severity.ERROR, message, remedy=remedy)])
