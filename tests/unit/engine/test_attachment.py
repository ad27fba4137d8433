"""Connecting with a program that has just begun: nothing of what it writes is lost, nothing comes twice."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.streams.logs import Source
from hybridcompose.engine.attachment import Attachment
from hybridcompose.engine.conversation import Recorder
from tests.unit.cluster.websocket_server import Session, serve_programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POD = Source("ns", "app-run-1", "app")


class Terminal(Recorder):
    """A partner at a terminal."""

    tty = True


def test_outputs_stay_apart_where_the_connection_was_there_first(tmp_path: Path) -> None:
    def speaks(session: Session) -> None:
        session.say(1, b"out \xff")
        session.say(2, b"err")
        session.end(0)

    recorder = Recorder()
    with serve_programs(tmp_path, speaks) as (api, sessions):
        Attachment(api, POD, recorder).talk(lambda: False)
    assert recorder.result(0) == (0, b"out \xff", b"err")
    assert sessions[0].path == "/api/v1/namespaces/ns/pods/app-run-1/attach"


@pytest.mark.parametrize(
    ("log", "arrived", "shown"),
    [
        (b"hello\r\n", b"# ", b"hello\r\n# "),
        (b"hello\r\nworld\r\n", b"world\r\n# ", b"hello\r\nworld\r\n# "),
        (b"hello\r\n", b"hello\r\n", b"hello\r\n"),
        (b"hello\nworld\n", b"world\r\n# ", b"hello\r\nworld\r\n# "),
    ],
    ids=["before", "both", "the-same", "without-carriage-returns"],
)
def test_a_terminal_shows_what_was_written_before_the_connection_once(
    tmp_path: Path, log: bytes, arrived: bytes, shown: bytes
) -> None:
    sent = threading.Event()

    def read_log() -> bytes:
        sent.wait(60)
        return log

    def speaks(session: Session) -> None:
        session.say(1, arrived)
        sent.set()
        session.read(1)
        session.say(1, b"!")
        session.end(0)

    terminal = Terminal(b"x")
    with serve_programs(tmp_path, speaks, read_log) as (api, _):
        Attachment(api, POD, terminal).talk(lambda: False)
    assert terminal.result(0).stdout == shown + b"!"


def test_what_was_written_before_the_node_had_connected_the_streams_comes_from_the_log(tmp_path: Path) -> None:
    log: list[bytes] = [b"", b"2026-01-01T00:00:00Z once\n"]

    def read_log() -> bytes:
        return log.pop(0) if len(log) > 1 else log[0]

    recorder = Recorder()
    with serve_programs(tmp_path, lambda session: session.end(0), read_log) as (api, _):
        attachment = Attachment(api, POD, recorder)
        attachment.talk(lambda: False)
        attachment.finish()
    assert recorder.result(0) == (0, b"once\n", b"")


def _talked(
    tmp_path: Path, program: Callable[[Session], None], logs: list[bytes], recorder: Recorder | None = None
) -> tuple[bytes, bytes]:
    """Both outputs as they are shown; the log is read as ``logs`` says, the last one for ever."""
    return _talked_with(tmp_path, program, lambda: logs.pop(0) if len(logs) > 1 else logs[0], recorder or Recorder())


def _talked_with(
    tmp_path: Path, program: Callable[[Session], None], read_log: Callable[[], bytes], recorder: Recorder
) -> tuple[bytes, bytes]:
    with serve_programs(tmp_path, program, read_log) as (api, _):
        attachment = Attachment(api, POD, recorder)
        attachment.talk(lambda: False)
        attachment.finish()
        attachment.stop()
    return recorder.result(0)[1:]


def test_first_lines_that_only_the_log_has_are_shown_first(tmp_path: Path) -> None:
    def speaks(session: Session) -> None:
        session.say(1, b"two\n")
        session.say(1, b"three\n")
        session.end(0)

    log = b"one\ntwo\nthree\n"
    stamped = b"".join(b"2026-01-01T00:00:0%dZ " % n + line for n, line in enumerate(log.splitlines(keepends=True)))
    assert _talked(tmp_path, speaks, [b"", log, stamped]) == (log, b"")


def test_bytes_arrive_as_they_are_though_the_log_lacks_some(tmp_path: Path) -> None:
    def speaks(session: Session) -> None:
        session.say(1, b"\x00\r\n\xff\r\r\n")
        session.say(1, b"\r\nend")
        session.end(0)

    log = b"\x00\n\xff\r\n\nend"
    assert _talked(tmp_path, speaks, [b"", log]) == (b"\x00\r\n\xff\r\r\n\r\nend", b"")


def test_the_log_is_followed_when_what_it_has_more_does_not_arrive(tmp_path: Path) -> None:
    goes_on = threading.Event()

    def speaks(session: Session) -> None:
        session.say(1, b"two\n")
        goes_on.wait(60)
        session.end(0)

    def read_log() -> bytes:
        if logs:
            return logs.pop(0)
        goes_on.set()
        return b"2026-01-01T00:00:00Z one\n2026-01-01T00:00:01Z two\n"

    logs = [b"", b"one\ntwo\n"]
    assert _talked_with(tmp_path, speaks, read_log, Recorder()) == (b"one\ntwo\n", b"")


def test_a_line_that_only_the_log_has_is_shown_while_the_program_waits_for_an_answer(tmp_path: Path) -> None:
    shown = threading.Event()

    class Reader(Recorder):
        def take(self, stream: int, data: bytes) -> None:
            super().take(stream, data)
            shown.set()

    def waits(session: Session) -> None:
        assert shown.wait(60)
        session.end(0)

    assert _talked(tmp_path, waits, [b"", b"2026-01-01T00:00:00Z begun\n"], Reader()) == (b"begun\n", b"")


def test_outputs_stay_apart_where_one_is_faster_than_the_other(tmp_path: Path) -> None:
    def speaks(session: Session) -> None:
        session.say(2, b"err\n")
        session.say(1, b"out\n")
        session.end(0)

    assert _talked(tmp_path, speaks, [b"", b"out\nerr\n"]) == (b"out\n", b"err\n")


def test_what_the_log_knew_too_late_is_shown_at_the_end(tmp_path: Path) -> None:
    def speaks(session: Session) -> None:
        session.say(1, b"two\n")
        session.say(2, b"err")
        session.end(0)

    assert _talked(tmp_path, speaks, [b"", b"", b"one\ntwo\nerr\n"]) == (b"two\none\n", b"err")


def test_what_cannot_be_attached_to_any_more_is_given_up(tmp_path: Path) -> None:
    looks: list[int] = []

    def has_ended() -> bool:
        looks.append(1)
        return True

    with serve_programs(tmp_path, lambda _: None, refusal="no", status=500) as (api, sessions):
        attachment = Attachment(api, POD, Recorder())
        attachment.talk(has_ended)
        attachment.stop()
    assert (sessions, bool(looks)) == ([], True)
