"""An HTTP proxy that answers in the server's place, breaks answers off, or is away, as API servers do on bad days."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Headers that are about one connection.
_HOPS = ("connection", "transfer-encoding", "content-length", "keep-alive", "host")


class Faults:
    """Passes requests on to a server that speaks HTTP on a local port.

    ``answer`` is asked with the number of each request, its method and its path; a status that it gives is the answer,
    ``None`` lets the request through. ``failed`` counts the answers that it gave.
    """

    def __init__(self, port: int, answer: Callable[[int, str, str], int | None]) -> None:
        self._port, self._answer = port, answer
        self._lock = threading.Lock()
        self._streams: set[Any] = set()
        self.asked: list[tuple[str, str]] = []
        self.failed = 0
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    def start(self) -> None:
        """Listens, after ``stop`` on the same port again."""
        faults = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                faults.handle(self)

            do_GET = do_PATCH = do_POST = do_DELETE = do_PUT = _pass  # noqa: N815  (the base class's names)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
                """Keeps the test's output quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that hung up is what such a test is about."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Is away: takes no connection, and ends those that there are."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
        self.cut()

    def cut(self) -> None:
        """Breaks off every answer that is on its way."""
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            with suppress(OSError):
                stream.shutdown(2)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        with self._lock:
            self.asked.append((request.command, request.path))
            status = self._answer(len(self.asked), request.command, request.path)
            self.failed += status is not None
            self._streams.add(request.connection)
        try:
            if status is None and "Upgrade" in request.headers:
                self._join(request)
            elif status is None:
                self._forward(request, body)
            else:
                self._fail(request, status)
        except OSError:
            request.close_connection = True
        finally:
            with self._lock:
                self._streams.discard(request.connection)

    def _fail(self, request: BaseHTTPRequestHandler, status: int) -> None:
        told = json.dumps({"kind": "Status", "code": status, "message": f"a fault of the test: {status}"}).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(told)))
        request.end_headers()
        request.wfile.write(told)

    def _join(self, request: BaseHTTPRequestHandler) -> None:
        """Passes everything on, both ways, until both sides have said all."""
        request.close_connection = True
        with socket.create_connection(("127.0.0.1", self._port)) as server:
            lines = [f"{request.command} {request.path} HTTP/1.1", *map(": ".join, request.headers.items()), "", ""]
            server.sendall("\r\n".join(lines).encode())
            back = threading.Thread(target=_pour, args=(server, request.connection), daemon=True)
            back.start()
            _pour(request.connection, server)
            back.join()

    def _forward(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        try:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOPS}
            connection.request(request.command, request.path, body or None, headers)
            answer = connection.getresponse()
            request.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _HOPS:
                    request.send_header(name, value)
            request.send_header("Transfer-Encoding", "chunked")
            request.end_headers()
            while part := answer.read1(65_536):
                request.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                request.wfile.flush()
            request.wfile.write(b"0\r\n\r\n")
        except http.client.HTTPException:
            request.close_connection = True
        finally:
            connection.close()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def faulty(port: int, answer: Callable[[int, str, str], int | None]) -> Iterator[Faults]:
    found = Faults(port, answer)
    try:
        yield found
    finally:
        found.stop()
