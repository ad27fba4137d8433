"""An API server of the test's own: it answers what the test says, and tells what it was asked."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from hybridcompose.cluster.api import Api, connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from ssl import SSLContext

TOKEN = "the-token-of-the-test"


class Request(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    credentials: str


class Answer(NamedTuple):
    """``parts`` arrive one after the other, as a stream does."""

    status: int = 200
    parts: Iterable[bytes] = (b"{}",)


def message(status: int, text: str) -> Answer:
    return Answer(status, [json.dumps({"message": text}).encode()])


def kubeconfig(directory: Path, server: str, **cluster: Any) -> str:
    """A file that leads to the server; ``cluster`` is what it says of that beside the address."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "u", "user": {"token": TOKEN}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    path = directory / "kubeconfig"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


@contextmanager
def serve(directory: Path, answer: Callable[[Request], Answer]) -> Iterator[tuple[Api, list[Request]]]:
    """Serves until the block ends; gives the connection to it and the requests so far."""
    with listening(answer) as (address, asked):
        yield connect(kubeconfig(directory, address)), asked


@contextmanager
def listening(
    answer: Callable[[Request], Answer], context: SSLContext | None = None
) -> Iterator[tuple[str, list[Request]]]:
    """The same with TLS where there is a ``context``; gives its address."""
    asked: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            credentials = self.headers.get("Authorization", "")
            request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), credentials)
            asked.append(request)
            status, body = answer(request)
            self.send_response(status)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in body:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")

        do_GET = do_PATCH = do_POST = do_DELETE = _answer  # noqa: N815  (the base class's names)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
            """Keeps the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
