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
    ],
    ids=["before", "both", "the-same"],
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


@pytest.mark.parametrize("connected", [b"", b"all of it"], ids=["too-late", "in-time"])
def test_what_reached_the_log_after_it_was_looked_at_is_shown_at_the_end_once(tmp_path: Path, connected: bytes) -> None:
    written = iter([b"", b"all of it"])

    def speaks(session: Session) -> None:
        if connected:
            session.say(1, connected)
        session.end(0)

    recorder = Recorder()
    with serve_programs(tmp_path, speaks, lambda: next(written)) as (api, _):
        attachment = Attachment(api, POD, recorder)
        attachment.talk(lambda: False)
        attachment.finish()
    assert recorder.result(0).stdout == b"all of it"


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
