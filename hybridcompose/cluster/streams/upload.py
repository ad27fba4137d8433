"""Sends a build context into the pod that waits for it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hybridcompose.cluster.streams.exec import BrokenConnectionError, Program

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.cluster.api import Api
    from hybridcompose.cluster.streams.logs import Source
    from hybridcompose.plan import StreamedContext

#: Bytes in a message.
_PIECE = 131_072
#: How long the other side may take to check what arrived: it reads the archive once more, at some 100 MB a second.
_CHECK_SECONDS = 120.0


class ChangedContextError(Exception):
    """The files are not what they were when they were read first, so that the image's name would be wrong."""


class _EndedError(Exception):
    """The receiver has ended by itself: nothing more is to be sent."""


class _Outlet:
    """Puts pieces together to messages, counts and hashes them. ``tell`` hears how many bytes were sent so far."""

    def __init__(self, program: Program, context: StreamedContext, tell: Callable[[int], None]) -> None:
        self._program, self._context, self._tell = program, context, tell
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._size = 0

    def take(self, piece: bytes) -> None:
        self._hash.update(piece)
        self._size += len(piece)
        if self._size > self._context.size:
            raise ChangedContextError
        self._waiting += piece
        if len(self._waiting) >= _PIECE:
            self._send()

    def end(self) -> None:
        if (self._size, self._hash.hexdigest()) != (self._context.size, self._context.sha256):
            raise ChangedContextError
        self._send()

    def _send(self) -> None:
        if not self._program.write(bytes(self._waiting)):
            raise _EndedError
        self._waiting.clear()
        self._tell(self._size)


def upload(api: Api, source: Source, context: StreamedContext, tell: Callable[[int], None]) -> None:
    """Sends the context into the container, and returns once it has arrived whole.

    ``tell`` hears how many bytes were sent so far; what it raises ends the sending. Raises ``BrokenConnectionError``
    where it is worth another try, ``ChangedContextError``, ``OSError`` for a file that cannot be read,
    ``ClusterError`` where the connection cannot be opened.
    """
    with Program(api, source, context.command) as program:
        try:
            code = _sent(program, context, tell)
        except BrokenConnectionError as error:
            # A receiver that gives up says why before it ends.
            raise BrokenConnectionError(_said(program) or str(error)) from error
    if code:
        raise BrokenConnectionError(_said(program) or "the receiver was ended")


def _sent(program: Program, context: StreamedContext, tell: Callable[[int], None]) -> int:
    outlet = _Outlet(program, context, tell)
    try:
        context.source.send(outlet.take)
        outlet.end()
    except _EndedError:
        pass
    return program.wait(_CHECK_SECONDS)


def _said(program: Program) -> str:
    return " ".join(program.output.split())[-300:]
