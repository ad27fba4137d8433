"""Following a log over a broken connection and a restart."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from hybridcompose.cluster.api import connect
from hybridcompose.cluster.streams.logs import Follower, Source, Window, copy, read
from hybridcompose.diagnostics import ClusterError
from tests.proxy import proxied
from tests.unit.cluster.server import Answer, Request, kubeconfig, message, serve

if TYPE_CHECKING:
    from pathlib import Path

_WEB = Source("ns", "web", "web")


class _Script:
    """Answers in turn, the last one for good."""

    def __init__(self, *turns: Answer) -> None:
        self.turns = list(turns)

    def __call__(self, request: Request) -> Answer:
        return self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]


def _log(*lines: str) -> Answer:
    return Answer(200, ["".join(f"2026-11-24T00:00:{line}\n" for line in lines).encode()])


def test_each_line_comes_once_though_the_connection_breaks(tmp_path: Path) -> None:
    lines: list[str] = []
    # The fraction of a second has no zeros at its end: .1 comes after .09, and before .11.
    turns = _log("01.09Z a", "01.1Z b"), _log("01.09Z a", "01.1Z b", "01.11Z c", "02Z d")
    with serve(tmp_path, _Script(*turns)) as (api, asked):
        Follower(api, _WEB, lines.append).finish(10)
    assert lines == ["a", "b", "c", "d"]
    assert asked[1].query["sinceTime"] == "2026-11-24T00:00:01.1Z"


def test_lines_of_one_moment_are_neither_lost_nor_doubled(tmp_path: Path) -> None:
    lines: list[str] = []
    turns = _log("01.5Z a", "01.5Z b"), _log("01.5Z a", "01.5Z b", "01.5Z c", "01.5Z d")
    with serve(tmp_path, _Script(*turns)) as (api, _):
        Follower(api, _WEB, lines.append).finish(10)
    assert lines == ["a", "b", "c", "d"]


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    lines: list[str] = []
    done = threading.Event()

    def take(line: str) -> None:
        lines.append(line)
        if line == "all of it":
            done.set()

    half = Answer(200, [b"2026-11-24T00:00:01Z a\n2026-11-24T00:00:02Z all "])
    with serve(tmp_path, _Script(half, _log("01Z a", "02Z all of it"))) as (api, _):
        follower = Follower(api, _WEB, take)
        assert done.wait(10)
        follower.finish(10)
    assert lines == ["a", "all of it"]


def test_a_log_is_followed_over_connections_that_are_cut(tmp_path: Path) -> None:
    """A server that knows ``sinceTime`` as Kubernetes does: in whole seconds."""
    written = [f"2026-11-24T00:00:{number // 100:02}.{number % 100:02}0000001Z line {number}" for number in range(3000)]

    def answer(request: Request) -> Answer:
        since = request.query.get("sinceTime", "")[:19]
        return Answer(200, [f"{line}\n".encode() for line in written if line[:19] >= since])

    lines: list[str] = []
    with serve(tmp_path, answer) as (direct, asked):
        port = urlsplit(direct._configuration.host).port
        assert port is not None
        with proxied(("127.0.0.1", port), Cuts(8)) as proxy:
            api = connect(kubeconfig(tmp_path, f"http://127.0.0.1:{proxy.port}"))
            Follower(api, _WEB, lines.append).finish(30)
            assert proxy.count == 8
    assert lines == [f"line {number}" for number in range(3000)]
    assert len(asked) >= 8


class Cuts:
    """Ends so many connections, each after it has brought a little more than the one before."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.next = 10_000

    def __call__(self, sent: int, received: int) -> bool:
        if self.left and received > self.next:
            self.left -= 1
            self.next += 3_333
            return True
        return False


def test_a_container_that_has_not_begun_is_asked_again(tmp_path: Path) -> None:
    lines: list[str] = []
    with serve(tmp_path, _Script(message(400, "ContainerCreating"), _log("01Z a"))) as (api, _):
        Follower(api, _WEB, lines.append).finish(10)
    assert lines == ["a"]


def test_a_line_without_end_and_bytes_that_are_no_text_arrive(tmp_path: Path) -> None:
    lines: list[str] = []
    with serve(tmp_path, lambda _: Answer(200, [b"2026-11-24T00:00:01Z \xff", b"!"])) as (api, _):
        Follower(api, _WEB, lines.append, timestamps=True).finish(10)
    assert lines == ["2026-11-24T00:00:01Z \ufffd!"]


def test_what_the_taker_raises_is_kept_for_who_follows(tmp_path: Path) -> None:
    def take(line: str) -> None:
        raise BrokenPipeError

    with serve(tmp_path, lambda _: _log("01Z a")) as (api, _):
        follower = Follower(api, _WEB, take)
        follower.finish(10)
    assert isinstance(follower.error, BrokenPipeError)


def test_a_container_without_an_earlier_run_has_written_nothing_there(tmp_path: Path) -> None:
    with serve(tmp_path, lambda _: message(400, "previous terminated container not found")) as (api, asked):
        assert read(api, _WEB, previous=True, tail=5) == ""
    assert asked[0].query == {"container": "web", "previous": "true", "tailLines": "5"}


def test_a_log_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    with serve(tmp_path, lambda _: message(403, "forbidden")) as (api, _), pytest.raises(ClusterError):
        read(api, _WEB)


#: 2026-11-24T00:00:01Z
_FIRST = 1_795_478_401.0


def test_a_window_holds_the_lines_of_its_time_though_servers_count_in_seconds(tmp_path: Path) -> None:
    answer = _log("01.2Z a", "01.5Z b", "02Z c", "02.75Z d", "03Z e")
    window = Window(since=_FIRST + 0.5, until=_FIRST + 1.75)
    with serve(tmp_path, _Script(answer)) as (api, asked):
        assert read(api, _WEB, window=window) == "b\nc\nd\n"
        assert read(api, _WEB, window=window, tail=2, timestamps=True) == (
            "2026-11-24T00:00:02Z c\n2026-11-24T00:00:02.75Z d\n"
        )
        assert read(api, _WEB, window=window, tail=0) == ""
    assert {request.query["sinceTime"] for request in asked} == {"2026-11-24T00:00:01Z"}
    assert all("tailLines" not in request.query for request in asked)


def test_a_followed_log_leaves_out_what_is_not_in_the_window(tmp_path: Path) -> None:
    lines: list[str] = []
    with serve(tmp_path, _Script(_log("01.2Z a", "01.5Z b", "02Z c"))) as (api, _):
        Follower(api, _WEB, lines.append, window=Window(_FIRST + 0.5, _FIRST + 0.75)).finish(10)
    assert lines == ["b"]


def test_a_whole_log_is_copied_with_its_times(tmp_path: Path) -> None:
    kept: list[bytes] = []
    with serve(tmp_path, _Script(_log("01.2Z a", "02Z b"), message(400, "no earlier one"))) as (api, asked):
        copy(api, _WEB, kept.append)
        copy(api, _WEB, kept.append, previous=True)
    assert b"".join(kept) == b"2026-11-24T00:00:01.2Z a\n2026-11-24T00:00:02Z b\n"
    assert [request.query.get("previous") for request in asked] == [None, "true"]
