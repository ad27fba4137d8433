"""A program that runs in a container, with its standard streams: Kubernetes' ``v4.channel.k8s.io`` over a websocket.

Every message begins with the number of its channel. The protocol cannot say that standard input is at its end (its
successor can, and older clusters do not know that): a program that reads it must know how much comes. And one that
ends before it has read everything may lose its exit code, because the connection is reset; what it wrote a moment
before arrives.
"""

from __future__ import annotations

import json
import select
from typing import TYPE_CHECKING, Any

from hybridcompose.cluster.api import Api, path_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from hybridcompose.cluster.streams.logs import Source

_PROTOCOL = "v4.channel.k8s.io"
_STDIN, _STDOUT, _STDERR, _STATUS = range(4)
#: How long a single read or write may make no progress.
STALL_SECONDS = 60.0
_LAST_SECONDS = 5.0
#: What TLS sends at once: a connection that can take anything can take that.
_RECORD = 16_384
#: What is kept of the program's output.
_KEPT = 65_536


class BrokenConnectionError(Exception):
    """The connection ended before the program did: what became of the program is not known."""


class Program:
    """Runs from entering the block until it ends, or the block is left.

    ``code`` is what it exited with, once that is known; -1 where it could not run to its end.
    """

    def __init__(self, api: Api, source: Source, command: Sequence[str]) -> None:
        self._socket = api.websocket(
            path_of("Pod", source.namespace, source.pod, "exec"),
            [
                ("container", source.container),
                *(("command", part) for part in command),
                ("stdin", "true"),
                ("stdout", "true"),
                ("stderr", "true"),
            ],
            _PROTOCOL,
        )
        self._socket.settimeout(STALL_SECONDS)
        self._output = b""
        self._pings: list[bytes] = []
        self.code: int | None = None

    @property
    def output(self) -> str:
        """What it wrote to both of its outputs, the end of it where that is much."""
        return self._output.decode(errors="replace")

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown()

    def write(self, data: bytes) -> bool:
        """Gives data to the program; says whether it still runs. Raises ``BrokenConnectionError``.

        What comes from the other side is read between: a program that has ended takes nothing more, and to go on
        writing would be to wait for ever.
        """
        from websocket import ABNF

        left = memoryview(ABNF.create_frame(bytes((_STDIN,)) + data, ABNF.OPCODE_BINARY).format())
        while left and self.code is None:
            # Who has spoken and reads no more has ended, even where nobody says so.
            patience = _LAST_SECONDS if self._output else STALL_SECONDS
            if self._ready(select.POLLIN | select.POLLOUT, patience) & select.POLLIN:
                self._read()
            else:
                left = left[self._guarded(lambda part=left[:_RECORD]: self._socket.sock.send(part)) :]
        self._answer()
        return self.code is None

    def wait(self, seconds: float) -> int:
        """The program's exit code. Raises ``BrokenConnectionError``, also when nothing is heard for ``seconds``."""
        while self.code is None:
            self._ready(select.POLLIN, seconds)
            self._read()
            self._answer()
        return self.code

    def _ready(self, wanted: int, seconds: float) -> int:
        """What can be done at once. Raises ``BrokenConnectionError`` where that is nothing for ``seconds``."""
        connection = self._socket.sock
        if connection is None:
            raise BrokenConnectionError("the connection was closed")
        # What TLS has decrypted already is not seen by the operating system.
        if getattr(connection, "pending", lambda: 0)():
            return select.POLLIN
        poll = select.poll()
        poll.register(connection, wanted)
        found = poll.poll(seconds * 1000)
        if not found:
            raise BrokenConnectionError(f"nothing moved for {seconds:.0f} s")
        return select.POLLOUT if found[0][1] == select.POLLOUT else select.POLLIN

    def _read(self) -> None:
        """Takes one message, or a ping: more may not have come, and to wait for it would hold up what is written."""
        data: bytes = self._guarded(self._message)
        channel, content = data[:1], data[1:]
        if channel == bytes((_STATUS,)):
            self.code = _code(content)
        elif channel in (bytes((_STDOUT,)), bytes((_STDERR,))):
            self._output = (self._output + content)[-_KEPT:]

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
        while self._pings and self.code is None:
            ping = self._pings.pop(0)
            self._guarded(lambda data=ping: self._socket.pong(data))

    def _guarded(self, work: Any) -> Any:
        from websocket import WebSocketException

        try:
            return work()
        except (WebSocketException, OSError) as error:
            raise BrokenConnectionError(str(error).rstrip(".") or type(error).__name__) from error


def _code(content: bytes) -> int:
    """The exit code in a ``Status``; -1 where the program could not run to its end."""
    status = json.loads(content)
    if status.get("status") == "Success":
        return 0
    causes = (status.get("details") or {}).get("causes") or ()
    return next((int(cause["message"]) for cause in causes if cause.get("reason") == "ExitCode"), -1)
