"""Several streams over one websocket: Kubernetes' ``v5.channel.k8s.io`` and, for older servers, ``v4.channel.k8s.io``.

Every message begins with the number of its channel. The newer protocol can say that a channel is at its end, and the
older one cannot. The client library has a reader of its own, which keeps everything that arrives in memory, waits
without a limit and answers pings inside frames that are half sent; only its way to open the connection is used here.
"""

from __future__ import annotations

import select
import socket
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import TracebackType
    from typing import Self

    from hybridcompose.cluster.api import Api

_WITH_ENDS = "v5.channel.k8s.io"
_PROTOCOLS = (_WITH_ENDS, "v4.channel.k8s.io")
#: The channel of messages about channels: the next byte is the one that is at its end.
_END = 255
#: How long a single read or write may make no progress.
STALL_SECONDS = 60.0
_LAST_SECONDS = 5.0
#: What TLS sends at once: a connection that can take anything can take that.
_RECORD = 16_384


class BrokenConnectionError(Exception):
    """The connection ended before its work did: what became of that is not known."""


class Channels(ABC):
    """One connection. Who uses it says with ``taken`` what becomes of what arrives, and with ``over`` when all has."""

    def __init__(
        self, api: Api, path: str, query: Sequence[tuple[str, str]], protocols: Sequence[str] = _PROTOCOLS
    ) -> None:
        self._socket = api.websocket(path, query, ",".join(protocols))
        self._socket.settimeout(STALL_SECONDS)
        self._pings: list[bytes] = []
        self._spoken = False
        #: Whether the other side can be told that a channel is at its end.
        self.has_ends = (self._socket.getheaders() or {}).get("sec-websocket-protocol") == _WITH_ENDS

    @abstractmethod
    def taken(self, channel: int, data: bytes) -> None:
        """Something has arrived."""

    @property
    @abstractmethod
    def over(self) -> bool:
        """Whether nothing more is to be sent or awaited."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection at once."""
        self._socket.shutdown()

    def interrupt(self) -> None:
        """Breaks the connection that another thread waits for."""
        connection = self._socket.sock
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR)

    def send(self, channel: int, data: bytes) -> None:
        """Sends a message, unless it is over before that. Raises ``BrokenConnectionError``.

        What comes from the other side is read between: who has ended takes nothing more, and to go on writing would
        be to wait for ever.
        """
        from websocket import ABNF

        left = memoryview(ABNF.create_frame(bytes((channel,)) + data, ABNF.OPCODE_BINARY).format())
        while left and not self.over:
            # Who has spoken and reads no more has ended, even where nobody says so.
            patience = _LAST_SECONDS if self._spoken else STALL_SECONDS
            if select.POLLIN in self._ready(select.POLLIN | select.POLLOUT, patience):
                self._read()
            else:
                left = left[self._guarded(partial(self._socket.sock.send, left[:_RECORD])) :]
        self._answer()

    def end(self, channel: int) -> bool:
        """Says that nothing more comes on a channel; ``False`` where that cannot be said."""
        if self.has_ends:
            self.send(_END, bytes((channel,)))
        return self.has_ends

    def receive(self, seconds: float | None) -> None:
        """Takes one message, or a ping. Raises ``BrokenConnectionError``, also when nothing comes for ``seconds``."""
        self._ready(select.POLLIN, seconds)
        self._read()
        self._answer()

    def receive_waiting(self) -> None:
        """Takes what has arrived already."""
        while not self.over and (self._pending() or self._arrived()):
            self.receive(None)

    def _arrived(self) -> bool:
        poll = select.poll()
        poll.register(self._connection(), select.POLLIN)
        return bool(poll.poll(0))

    def listen(self, others: Collection[int]) -> set[int]:
        """Takes a message, or says which of these file descriptors can be read; whatever comes first."""
        if self._pending():
            self.receive(None)
            return set()
        poll = select.poll()
        connection = self._connection().fileno()
        for descriptor in (connection, *others):
            poll.register(descriptor, select.POLLIN)
        found = {descriptor for descriptor, _ in poll.poll()}
        if connection in found:
            self.receive(None)
        return found - {connection}

    def _connection(self) -> Any:
        connection = self._socket.sock
        if connection is None:
            raise BrokenConnectionError("the connection was closed")
        return connection

    def _pending(self) -> bool:
        """What TLS has decrypted already is not seen by the operating system."""
        return bool(getattr(self._connection(), "pending", lambda: 0)())

    def _ready(self, wanted: int, seconds: float | None) -> tuple[int, ...]:
        """What can be done at once. Raises ``BrokenConnectionError`` where that is nothing for ``seconds``."""
        if self._pending():
            return (select.POLLIN,)
        poll = select.poll()
        poll.register(self._connection(), wanted)
        found = poll.poll(None if seconds is None else seconds * 1000)
        if not found:
            raise BrokenConnectionError(f"nothing moved for {seconds:.0f} s")
        return (select.POLLOUT,) if found[0][1] == select.POLLOUT else (select.POLLIN,)

    def _read(self) -> None:
        """Takes one message, or a ping: more may not have come, and to wait for it would hold up what is written."""
        data: bytes = self._guarded(self._message)
        if len(data) > 1 and data[0] != _END:
            self._spoken = True
            self.taken(data[0], data[1:])

    def _message(self) -> bytes:
        """The next message, empty where it has not come whole. Pings are kept: an answer must not stand inside a frame.

        That is why the library's own reading is not used, which answers at once.
        """
        from websocket import ABNF

        frame = self._socket.recv_frame()
        if frame.opcode == ABNF.OPCODE_CLOSE:
            raise BrokenConnectionError("the other side closed the connection")
        if frame.opcode == ABNF.OPCODE_PING:
            self._pings.append(frame.data)
        if frame.opcode not in (ABNF.OPCODE_BINARY, ABNF.OPCODE_TEXT, ABNF.OPCODE_CONT):
            return b""
        parts = self._socket.cont_frame
        parts.validate(frame)
        parts.add(frame)
        return bytes(parts.extract(frame)[1].data) if parts.is_fire(frame) else b""

    def _answer(self) -> None:
        """Answers the pings that came; only between two frames."""
        while self._pings and not self.over:
            self._guarded(partial(self._socket.pong, self._pings.pop(0)))

    def _guarded(self, work: Callable[[], Any]) -> Any:
        from websocket import WebSocketException

        try:
            return work()
        except (WebSocketException, OSError) as error:
            raise BrokenConnectionError(str(error).rstrip(".") or type(error).__name__) from error
