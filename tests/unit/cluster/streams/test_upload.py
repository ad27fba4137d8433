"""Sending a build context, against receivers that end early, break off and refuse."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.streams.exec import BrokenConnectionError
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.cluster.streams.upload import ChangedContextError, upload
from hybridcompose.diagnostics import ClusterError
from hybridcompose.plan import KubeName, StreamedContext
from tests.large import equal
from tests.unit.cluster.server import TOKEN
from tests.unit.cluster.websocket_server import Session, serve_programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POD = Source("ns", "build-web-x", "receive-context")
CONTENT = os.urandom(3_000_000)


class Pieces:
    """A source of these bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def send(self, take: Callable[[bytes], None]) -> None:
        for start in range(0, len(self.content), 70_000):
            take(self.content[start : start + 70_000])


def context(content: bytes = CONTENT, now: bytes | None = None) -> StreamedContext:
    checksum = hashlib.sha256(content).hexdigest()
    source = Pieces(content if now is None else now)
    return StreamedContext(KubeName("receive-context"), ("receive", "it"), len(content), checksum, source)


def receives(session: Session) -> None:
    if session.read(len(CONTENT)) == CONTENT:
        session.end(0)


def test_every_byte_arrives_and_progress_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    with serve_programs(tmp_path, receives) as (api, sessions):
        upload(api, POD, context(), told.append)
    (session,) = sessions
    assert session.path == "/api/v1/namespaces/ns/pods/build-web-x/exec"
    assert session.command == ["receive", "it"]
    assert session.credentials == f"Bearer {TOKEN}"
    assert ("container", "receive-context") in session.query
    assert told == sorted(told)
    assert told[-1] == len(CONTENT)


def test_a_ping_in_between_holds_nothing_up(tmp_path: Path) -> None:
    def pings(session: Session) -> None:
        for size in range(0, len(CONTENT), 500_000):
            session.ping()
            session.read(size)
        receives(session)

    with serve_programs(tmp_path, pings) as (api, sessions):
        upload(api, POD, context(), lambda _: None)
    assert len(sessions) == 1


def test_pings_while_a_message_is_half_sent_are_answered_behind_it(tmp_path: Path) -> None:
    def pings(session: Session) -> None:
        # Nobody reads, so that the client stands in the middle of a message before long.
        for _ in range(200):
            session.ping()
            threading.Event().wait(0.001)
        receives(session)

    with serve_programs(tmp_path, pings) as (api, sessions):
        upload(api, POD, context(), lambda _: None)
    assert equal(sessions[0].input, CONTENT)


def test_an_empty_context_is_sent_too(tmp_path: Path) -> None:
    with serve_programs(tmp_path, lambda session: session.end(0)) as (api, _):
        upload(api, POD, context(b""), lambda _: None)


@pytest.mark.parametrize("ends", [Session.cut, Session.hang_up], ids=["reset", "closed"])
def test_a_connection_that_breaks_in_the_middle_is_told_apart(tmp_path: Path, ends: Callable[[Session], None]) -> None:
    def breaks(session: Session) -> None:
        session.read(1_000_000)
        ends(session)

    with serve_programs(tmp_path, breaks) as (api, _), pytest.raises(BrokenConnectionError):
        upload(api, POD, context(), lambda _: None)


def test_a_receiver_that_has_no_room_is_heard_though_it_reads_no_more(tmp_path: Path) -> None:
    def full(session: Session) -> None:
        session.read(100_000)
        session.say(2, b"head: write error: No space left on device\n")
        session.end(1)

    with serve_programs(tmp_path, full) as (api, _), pytest.raises(BrokenConnectionError, match="No space left"):
        upload(api, POD, context(), lambda _: None)


@pytest.mark.parametrize("now", [CONTENT[:-1] + b"!", CONTENT[:-1], CONTENT + b"x"], ids=["other", "less", "more"])
def test_a_context_that_has_changed_is_an_error_of_its_own(tmp_path: Path, now: bytes) -> None:
    with serve_programs(tmp_path, receives) as (api, _), pytest.raises(ChangedContextError):
        upload(api, POD, context(now=now), lambda _: None)


def test_who_is_told_of_progress_can_end_the_sending(tmp_path: Path) -> None:
    def stop(sent: int) -> None:
        raise KeyboardInterrupt

    with serve_programs(tmp_path, receives) as (api, _), pytest.raises(KeyboardInterrupt):
        upload(api, POD, context(), stop)


def test_a_cluster_that_allows_no_programs_says_so(tmp_path: Path) -> None:
    with serve_programs(tmp_path, receives, refusal="cannot create pods/exec") as (api, _):
        with pytest.raises(ClusterError, match="cannot create pods/exec") as caught:
            upload(api, POD, context(), lambda _: None)
        assert caught.value.status == 403
