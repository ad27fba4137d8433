"""The watches, against a server that breaks off, forgets and goes on."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from hybridcompose.cluster.api import connect
from hybridcompose.cluster.observe import Observer
from hybridcompose.diagnostics import ClusterError
from tests.proxy import proxied
from tests.unit.cluster.server import Answer, Request, kubeconfig, message, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hybridcompose.cluster.state import Observed


def _pod(name: str, version: str, phase: str = "Running") -> dict[str, Any]:
    metadata = {"name": name, "uid": f"uid-{name}", "resourceVersion": version, "creationTimestamp": None}
    spec = {"containers": [{"name": "c", "image": "i"}]}
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase}}


def _change(kind: str, body: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": body}).encode() + b"\n"


class _Script:
    """Answers requests for pods in turn; what the other kinds are asked for is empty, and their watches last."""

    def __init__(self, *turns: Answer) -> None:
        self.turns = list(turns)
        self.over = threading.Event()

    def __call__(self, request: Request) -> Answer:
        if request.path.endswith("/pods") and self.turns:
            return self.turns.pop(0)
        return _nothing(request, self.over)


def _nothing(request: Request, over: threading.Event) -> Answer:
    """What is not there; a watch for it lasts until the test is over."""

    def lasting() -> Iterator[bytes]:
        over.wait(10)
        yield b"\n"

    return Answer(200, lasting()) if "watch" in request.query else _listing()


def _listing(*pods: dict[str, Any], version: str = "1") -> Answer:
    return Answer(200, [json.dumps({"metadata": {"resourceVersion": version}, "items": pods}).encode()])


def _until(observer: Observer, holds: Callable[[Observed], bool]) -> Observed:
    version = -1
    for _ in range(1000):
        version, seen = observer.wait(version, 5)
        if holds(seen):
            return seen
    raise AssertionError("it was never seen")


def test_what_is_there_is_known_at_once(tmp_path: Path) -> None:
    script = _Script(_listing(_pod("web", "1")))
    with serve(tmp_path, script) as (api, asked):
        with Observer(api, "ns", "label=x") as observer:
            assert list(observer.wait(-1, 0)[1].pods) == ["web"]
        script.over.set()
    assert asked[0].query == {"labelSelector": "label=x"}


def test_changes_arrive_in_pieces_and_are_put_together(tmp_path: Path) -> None:
    added, gone = _change("ADDED", _pod("db", "2")), _change("DELETED", _pod("web", "3"))
    script = _Script(_listing(_pod("web", "1")), Answer(200, [added[:20], added[20:] + gone[:9], gone[9:]]))
    with serve(tmp_path, script) as (api, _):
        with Observer(api, "ns", "") as observer:
            seen = _until(observer, lambda seen: "uid-web" in seen.gone)
        script.over.set()
    assert list(seen.pods) == ["db"]


def test_a_watch_that_ends_goes_on_where_it_ended(tmp_path: Path) -> None:
    first = Answer(200, [_change("ADDED", _pod("db", "2")), _change("BOOKMARK", _pod("", "7")), b'{"type": "ADD'])
    script = _Script(_listing(), first, Answer(200, [_change("ADDED", _pod("web", "8"))]))
    with serve(tmp_path, script) as (api, asked):
        with Observer(api, "ns", "") as observer:
            seen = _until(observer, lambda seen: "web" in seen.pods)
        script.over.set()
    assert sorted(seen.pods) == ["db", "web"]
    versions = [request.query.get("resourceVersion") for request in asked if request.path.endswith("/pods")]
    assert versions[:3] == [None, "1", "7"]


@pytest.mark.parametrize(
    "forgotten",
    [message(410, "too old"), Answer(200, [_change("ERROR", {"kind": "Status", "code": 410})])],
    ids=["refused", "told"],
)
def test_what_the_server_has_forgotten_is_listed_anew(tmp_path: Path, forgotten: Answer) -> None:
    script = _Script(_listing(_pod("web", "1")), forgotten, _listing(_pod("db", "9"), version="9"))
    with serve(tmp_path, script) as (api, _):
        with Observer(api, "ns", "") as observer:
            seen = _until(observer, lambda seen: "db" in seen.pods)
        script.over.set()
    assert list(seen.pods) == ["db"]
    assert "uid-web" in seen.gone


def test_a_watch_that_is_refused_ends_the_waiting(tmp_path: Path) -> None:
    script = _Script(_listing(), message(403, "no more"))
    with serve(tmp_path, script) as (api, _):
        with Observer(api, "ns", "") as observer, pytest.raises(ClusterError, match="no more"):
            _until(observer, lambda seen: False)
        script.over.set()


def test_a_watch_whose_connection_is_cut_misses_nothing(tmp_path: Path) -> None:
    over = threading.Event()
    last = 300

    def answer(request: Request) -> Answer:
        if not request.path.endswith("/pods"):
            return _nothing(request, over)
        if "watch" not in request.query:
            return _listing(version="0")
        begin = int(request.query["resourceVersion"]) + 1
        return Answer(200, _changes(begin, last, over))

    left = [5_000, 20_000, 21_000, 40_000]  # a connection that begins later has less to bring

    def cuts(sent: int, received: int) -> bool:
        if left and received > left[0]:
            left.pop(0)
            return True
        return False

    with serve(tmp_path, answer) as (direct, asked):
        port = urlsplit(direct._configuration.host).port
        assert port is not None
        with proxied(("127.0.0.1", port), cuts) as proxy:
            api = connect(kubeconfig(tmp_path, f"http://127.0.0.1:{proxy.port}"))
            with Observer(api, "ns", "") as observer:
                seen = _until(observer, lambda seen: f"pod-{last}" in seen.pods)
            over.set()
            assert proxy.count >= 2
    assert sorted(seen.pods) == sorted(f"pod-{number}" for number in range(1, last + 1))
    assert sum(request.path.endswith("/pods") and "watch" not in request.query for request in asked) == 1


def _changes(begin: int, end: int, over: threading.Event) -> Iterator[bytes]:
    for number in range(begin, end + 1):
        yield _change("ADDED", _pod(f"pod-{number}", str(number)))
    over.wait(10)
    yield b"\n"
