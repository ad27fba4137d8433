"""An API server of the test's own that runs programs in containers: the far side of ``v5.channel.k8s.io`` and v4."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from hybridcompose.cluster.api import Api, connect
from tests.unit.cluster.server import kubeconfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Session:
    """One program, as the test plays it."""

    def __init__(
        self, connection: socket.socket, path: str, query: list[tuple[str, str]], credentials: str = ""
    ) -> None:
        self._connection = connection
        self.path, self.query, self.credentials = path, query, credentials
        self.input = b""
        #: What arrived on each channel, and which of them were ended.
        self.arrived: dict[int, bytes] = {}
        self.ended: set[int] = set()

    @property
    def command(self) -> list[str]:
        return [value for name, value in self.query if name == "command"]

    def read(self, size: int) -> bytes:
        """Standard input, until there is that much of it, or the client has gone."""
        with suppress(ConnectionError):
            while len(self.input) < size:
                self.next()
        return self.input

    def next(self) -> None:
        """Takes one message. Raises ``ConnectionError`` when the client has gone."""
        data = self._message()
        if data[:1] == b"\xff":
            self.ended.add(data[1])
        elif data:
            self.arrived[data[0]] = self.arrived.get(data[0], b"") + data[1:]
            self.input = self.arrived.get(0, b"")

    def read_all(self) -> bytes:
        """Standard input until its end is said."""
        while 0 not in self.ended:
            self.next()
        return self.input

    def say(self, channel: int, data: bytes) -> None:
        payload = bytes((channel,)) + data
        assert len(payload) < 65_536
        head = bytes((0x82, len(payload))) if len(payload) < 126 else b"\x82\x7e" + struct.pack(">H", len(payload))
        self._connection.sendall(head + payload)

    def end(self, code: int) -> None:
        causes = [{"reason": "ExitCode", "message": str(code)}]
        failure = {"status": "Failure", "reason": "NonZeroExitCode", "details": {"causes": causes}}
        self.say(3, json.dumps(failure if code else {"status": "Success"}).encode())

    def ping(self) -> None:
        self._connection.sendall(b"\x89\x00")

    def hang_up(self) -> None:
        self._connection.sendall(b"\x88\x00")

    def cut(self) -> None:
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def _message(self) -> bytes:
        first, second = self._exactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._exactly(8))
        mask, data = self._exactly(4), self._exactly(length)
        if first & 0x0F == 10:  # the answer to a ping
            return b""
        if first & 0x0F != 2:
            raise ConnectionError("the client closes")
        repeated = int.from_bytes((mask * (length // 4 + 1))[:length])
        return (int.from_bytes(data) ^ repeated).to_bytes(length)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self._connection.recv(size - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data


@contextmanager
def serve_programs(
    directory: Path,
    program: Callable[[Session], None],
    pods: Callable[[], bytes] = bytes,
    refusal: str = "",
    status: int = 403,
    protocols: Sequence[str] = ("v5.channel.k8s.io", "v4.channel.k8s.io"),
) -> Iterator[tuple[Api, list[Session]]]:
    """Plays ``program`` for each connection, unless it is refused; answers other requests with what ``pods`` gives."""
    sessions: list[Session] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            target = urlsplit(head.split()[1].decode())
            headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n\r\n")[0].split(b"\r\n")[1:])
            fields = {name.lower(): value for name, value in headers.items()}
            if refusal or b"sec-websocket-key" not in fields:
                code, body = (status, json.dumps({"message": refusal}).encode()) if refusal else (200, pods())
                connection.sendall(b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%s" % (code, len(body), body))
                return
            accept = base64.b64encode(hashlib.sha1(fields[b"sec-websocket-key"] + _KEY).digest())  # noqa: S324  (RFC 6455)
            offered = fields[b"sec-websocket-protocol"].decode().split(",")
            protocol = next(name for name in protocols if name in offered)
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: %s\r\n\r\n" % (accept, protocol.encode())
            )
            credentials = fields.get(b"authorization", b"").decode()
            session = Session(connection, target.path, parse_qsl(target.query), credentials)
            sessions.append(session)
            program(session)
            with suppress(ConnectionError):
                session.read(1 << 40)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield connect(kubeconfig(directory, f"http://127.0.0.1:{listener.getsockname()[1]}")), sessions
    finally:
        listener.close()
