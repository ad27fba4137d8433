"""A registry of the tests' own, which can be made to fail in every way."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from ssl import SSLContext

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class Request(NamedTuple):
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """``pieces`` are sent one after the other, ``pause`` seconds apart; with ``cut`` less comes than was promised."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    pieces: tuple[bytes, ...] = ()
    pause: float = 0.0
    cut: bool = False


class Registry:
    """Content by path (below ``/v2/``) with its media type, and what was asked."""

    def __init__(self) -> None:
        self.content: dict[str, tuple[bytes, str]] = {}
        self.asked: list[Request] = []
        #: Comes before the content; ``None`` from it means that the content answers.
        self.before: Callable[[Request], Answer | None] = lambda _: None
        self.host = ""

    def add(
        self,
        repository: str,
        tag: str,
        config: Mapping[str, Any],
        *,
        layers: Iterable[bytes] = (),
        media_type: str = OCI_MANIFEST,
        layer_type: str = "application/vnd.oci.image.layer.v1.tar+gzip",
    ) -> str:
        """Puts an image there, and returns the digest of its manifest."""
        data = json.dumps(config).encode()
        described = [
            {"mediaType": layer_type, "digest": self._blob(repository, layer), "size": len(layer)} for layer in layers
        ]
        manifest = {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": {"digest": self._blob(repository, data), "size": len(data)},
            "layers": described,
        }
        return self._manifest(repository, tag, manifest, media_type)

    def add_index(
        self, repository: str, tag: str, entries: Iterable[Mapping[str, Any]], media_type: str = OCI_INDEX
    ) -> str:
        return self._manifest(repository, tag, {"schemaVersion": 2, "manifests": list(entries)}, media_type)

    def _manifest(self, repository: str, tag: str, manifest: Mapping[str, Any], media_type: str) -> str:
        data = json.dumps(manifest).encode()
        digest = digest_of(data)
        for reference in (tag, digest):
            self.content[f"{repository}/manifests/{reference}"] = (data, media_type)
        return digest

    def _blob(self, repository: str, data: bytes) -> str:
        digest = digest_of(data)
        self.content[f"{repository}/blobs/{digest}"] = (data, "application/octet-stream")
        return digest

    def answer(self, request: Request) -> Answer:
        self.asked.append(request)
        before = self.before(request)
        if before is not None:
            return before
        found = self.content.get(request.path.removeprefix("/v2/"))
        if found is None:
            return Answer(404, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
        data, media_type = found
        headers = {"Content-Type": media_type}
        if "/manifests/" in request.path:
            headers["Docker-Content-Digest"] = digest_of(data)
        return Answer(200, data, headers)


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(Request(self.command, parts.path, parse_qs(parts.query), headers, body))
        pieces = answer.pieces or (answer.body,)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(sum(map(len, pieces)) + answer.cut))
        self.end_headers()
        if self.command != "HEAD":
            for piece in pieces:
                if self.server.stopped.is_set():
                    break
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(answer.pause)
        self.close_connection = answer.cut

    do_GET = do_HEAD = do_POST = _serve  # noqa: N815  (the names that the handler is called by)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the handler's own name for it)
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.stopped = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has heard enough hangs up."""


@contextmanager
def serving(answer: Callable[[Request], Answer], tls: SSLContext | None = None) -> Iterator[str]:
    """``HOST:PORT`` of a server with these answers."""
    server = _Server(answer)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def registry() -> Iterator[Registry]:
    found = Registry()
    with serving(found.answer) as host:
        found.host = host
        yield found
