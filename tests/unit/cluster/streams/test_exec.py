"""Programs in containers, against a server that plays them."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.streams.exec import STDERR, STDOUT, BrokenConnectionError, Program, Streams, attach
from hybridcompose.cluster.streams.logs import Source
from tests.large import equal
from tests.unit.cluster.websocket_server import Session, serve_programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POD = Source("ns", "web", "main")
OLD = ("v4.channel.k8s.io",)


def test_outputs_stay_apart_and_keep_every_byte(tmp_path: Path) -> None:
    content, taken = os.urandom(200_000), {STDOUT: b"", STDERR: b""}

    def speaks(session: Session) -> None:
        for start in range(0, len(content), 50_000):
            session.say(STDOUT, content[start : start + 50_000])
            session.say(STDERR, b"\xff\x00")
        session.end(3)

    def take(stream: int, data: bytes) -> None:
        taken[stream] += data

    with serve_programs(tmp_path, speaks) as (api, _), Program(api, POD, ("x",), take=take) as program:
        assert program.wait(60) == 3
    assert equal(taken[STDOUT], content)
    assert taken[STDERR] == b"\xff\x00" * 4


def test_the_end_of_the_input_is_told_where_it_can_be(tmp_path: Path) -> None:
    def counts(session: Session) -> None:
        session.say(STDOUT, str(len(session.read_all())).encode())
        session.end(0)

    with serve_programs(tmp_path, counts) as (api, _), Program(api, POD, ("wc",)) as program:
        program.write(b"a" * 100_000)
        assert program.end_input()
        assert program.wait(60) == 0
    assert program.output == "100000"


def test_an_older_cluster_is_spoken_to_without_it(tmp_path: Path) -> None:
    def reads(session: Session) -> None:
        session.read(5)
        session.end(0)

    with serve_programs(tmp_path, reads, protocols=OLD) as (api, _), Program(api, POD, ("cat",)) as program:
        assert not program.end_input()
        program.write(b"12345")
        assert program.wait(60) == 0


def test_a_terminal_has_one_output_and_a_size(tmp_path: Path) -> None:
    def resized(session: Session) -> None:
        while 4 not in session.arrived:
            session.next()
        session.end(0)

    streams = Streams(tty=True)
    with serve_programs(tmp_path, resized) as (api, sessions), Program(api, POD, ("sh",), streams=streams) as program:
        program.resize(80, 24)
        program.wait(60)
    assert json.loads(sessions[0].arrived[4]) == {"Width": 80, "Height": 24}
    asked = {name for name, value in sessions[0].query if value == "true"}
    assert asked == {"stdin", "stdout", "tty"}


def test_a_program_that_cannot_begin_says_why(tmp_path: Path) -> None:
    def refused(session: Session) -> None:
        session.say(3, json.dumps({"status": "Failure", "reason": "InternalError", "message": "no such file"}).encode())

    with serve_programs(tmp_path, refused) as (api, _), Program(api, POD, ("x",)) as program:
        assert (program.wait(60), program.problem) == (-1, "no such file")


def test_what_a_descriptor_gives_goes_in_until_its_end(tmp_path: Path) -> None:
    def echoes(session: Session) -> None:
        session.say(STDOUT, session.read_all())
        session.end(0)

    reading, writing = os.pipe()
    with serve_programs(tmp_path, echoes) as (api, _), Program(api, POD, ("cat",)) as program:

        def passed_on() -> bool:
            data = os.read(reading, 1000)
            return program.write(data) if data else bool(program.end_input() and False)

        def types() -> None:
            for word in (b"one ", b"two"):
                os.write(writing, word)
            os.close(writing)

        thread = threading.Thread(target=types)
        thread.start()
        assert program.talk({reading: passed_on}) == 0
        thread.join()
    os.close(reading)
    assert program.output == "one two"


def test_attaching_runs_nothing(tmp_path: Path) -> None:
    taken: list[bytes] = []

    def speaks(session: Session) -> None:
        session.say(STDOUT, b"hello")
        session.end(0)

    streams = Streams(stdin=False)
    with (
        serve_programs(tmp_path, speaks) as (api, sessions),
        attach(api, POD, streams, lambda _, data: taken.append(data)) as program,
    ):
        program.wait(60)
    assert (sessions[0].path, sessions[0].command) == ("/api/v1/namespaces/ns/pods/web/attach", [])
    assert taken == [b"hello"]


@pytest.mark.parametrize("ends", [Session.cut, Session.hang_up], ids=["reset", "closed"])
def test_a_connection_that_breaks_is_no_end_of_the_program(tmp_path: Path, ends: Callable[[Session], None]) -> None:
    with (
        serve_programs(tmp_path, ends) as (api, _),
        Program(api, POD, ("x",)) as program,
        pytest.raises(BrokenConnectionError),
    ):
        program.talk({})
