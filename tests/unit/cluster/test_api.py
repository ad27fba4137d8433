"""The border to the API server, against a server of the test's own."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.api import Api, connect, path_of
from hybridcompose.cluster.execute import apply, find_namespace
from hybridcompose.diagnostics import ClusterError
from tests.unit.cluster.worlds import resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TOKEN = "the-token-of-the-test"


def _kubeconfig(directory: Path, server: str) -> str:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": _TOKEN}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    path = directory / "kubeconfig"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


@contextmanager
def _server(directory: Path, status: int, message: str) -> Iterator[tuple[Api, list[tuple[str, str]]]]:
    """A server that answers everything alike, and what it was asked: method and credentials."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.headers.get("Authorization", "")))
            body = json.dumps({"message": message, "metadata": {"uid": "u1"}}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PATCH = do_POST = _answer  # noqa: N815  (the base class's names)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
            """Keeps the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield connect(_kubeconfig(directory, f"http://127.0.0.1:{server.server_port}")), asked
    finally:
        server.shutdown()
        server.server_close()


def test_the_kubeconfigs_token_is_sent(tmp_path: Path) -> None:
    with _server(tmp_path, 200, "") as (api, asked):
        api.get(path_of("Pod", "ns"))
    assert asked == [("GET", f"Bearer {_TOKEN}")]


def test_an_object_that_is_applied_gives_its_uid(tmp_path: Path) -> None:
    with _server(tmp_path, 200, "") as (api, asked):
        assert apply(api, "ns", resource("Pod", "web")) == "u1"
    assert asked[0][0] == "PATCH"


def test_a_refusal_is_told_in_the_servers_words(tmp_path: Path) -> None:
    told = 'pods "web" is forbidden: exceeded quota: small'
    with _server(tmp_path, 403, told) as (api, _), pytest.raises(ClusterError) as caught:
        apply(api, "ns", resource("Pod", "web"))
    assert f"refuses to change pods/web in the namespace ns: {told}" in str(caught.value)
    assert caught.value.status == 403
    assert caught.value.diagnostics[0].code == "cluster-refused"


def test_a_refused_secret_is_not_quoted(tmp_path: Path) -> None:
    with _server(tmp_path, 422, "data: Invalid value: hunter2") as (api, _), pytest.raises(ClusterError) as caught:
        apply(api, "ns", resource("Secret", "s"))
    assert "hunter2" not in str(caught.value)


def test_a_namespace_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    with _server(tmp_path, 404, "not found") as (api, _):
        assert find_namespace(api, "ns") is None


def test_a_namespace_that_may_not_be_read_is_nobodys(tmp_path: Path) -> None:
    with _server(tmp_path, 403, "forbidden") as (api, _):
        found = find_namespace(api, "ns")
    assert found is not None
    assert found.owner == ""


@pytest.mark.parametrize(
    "content", ["", "- a list", "{", "clusters: 5", f"users: [{{name: u, user: {{token: {_TOKEN}, exec: 5}}}}]"]
)
def test_a_broken_kubeconfig_is_an_error_that_quotes_nothing_of_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ClusterError) as caught:
        connect(str(path))
    assert caught.value.diagnostics[0].code == "cluster-unreachable"
    assert _TOKEN not in str(caught.value)
