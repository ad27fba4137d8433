"""Reads the files that users name: whatever they are, it ends, and in little memory."""

from __future__ import annotations

import errno
import os
import stat

#: No compose file and no file of variables is as long as this.
MAX_BYTES = 32 * 1024 * 1024
_PIECE = 1024 * 1024
#: Milliseconds until somebody must write into a pipe. A process substitution does so at once.
_PATIENCE = 1000


def read_file(path: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file, a pipe or a device. Raises ``OSError``, also for what is longer than ``limit`` bytes."""
    descriptor = open_file(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_size > limit:
            raise _too_long(path, limit)
        return _read(descriptor, path, limit, status.st_mode)
    finally:
        os.close(descriptor)


def open_file(path: str, flags: int) -> int:
    """An ``opener`` for ``open()`` that does not wait where a pipe has taken the place of a file."""
    return os.open(path, flags | os.O_NONBLOCK)


def _read(descriptor: int, path: str, limit: int, mode: int) -> bytes:
    waits = not stat.S_ISREG(mode)
    pieces: list[bytes] = []
    size = 0
    piece = _first_of_pipe(descriptor, path) if stat.S_ISFIFO(mode) else _piece(descriptor, waits=waits)
    while piece:
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise _too_long(path, limit)
        piece = _piece(descriptor, waits=waits)
    return b"".join(pieces)


def _first_of_pipe(descriptor: int, path: str) -> bytes:
    """A pipe that was opened without waiting looks like one at its end until somebody has it open for writing."""
    if not _poll(descriptor, _PATIENCE):
        try:
            piece = os.read(descriptor, _PIECE)
        except BlockingIOError:
            return _piece(descriptor, waits=True)
        if not piece:
            raise OSError(errno.ETIMEDOUT, "nobody writes into this pipe", path)
        return piece
    return _piece(descriptor, waits=True)


def _piece(descriptor: int, *, waits: bool) -> bytes:
    while True:
        try:
            return os.read(descriptor, _PIECE)
        except BlockingIOError:
            if not waits:
                raise
            _poll(descriptor, None)


def _poll(descriptor: int, milliseconds: int | None) -> bool:
    """Whether something can be read (or the end was reached) within a time."""
    import select  # hardly anybody names a pipe

    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(milliseconds))


def _too_long(path: str, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"it is longer than {limit >> 10} KiB", path)
