"""What has come through a connection, held against the log of the program."""

from __future__ import annotations

import pytest

from hybridcompose.engine.arrivals import Arrivals, LoggedLength, as_on_a_terminal
from hybridcompose.engine.conversation import STDERR, STDOUT


def _arrived(*pieces: tuple[int, bytes]) -> Arrivals:
    arrivals = Arrivals()
    for stream, data in pieces:
        arrivals.add(stream, data)
    return arrivals


@pytest.mark.parametrize(
    ("log", "pieces", "continues"),
    [
        (b"", [(STDOUT, b"a\n")], True),
        (b"a\n", [(STDOUT, b"a\nb\n")], True),
        (b"a\nb\nc\n", [(STDOUT, b"a\nb")], True),
        (b"e\na\n", [(STDOUT, b"a\n"), (STDERR, b"e\n")], True),
        (b"a\nb\n", [(STDOUT, b"b\n")], False),
        (b"a\ne\n", [(STDERR, b"e\n")], False),
        (b"\xff\r\n\x0b\n", [(STDOUT, b"\xff\r\n")], True),
        (b"\xff\n\x0b\n", [(STDOUT, b"\xff\r\n")], True),
        (b"a\r\nb\n", [(STDOUT, b"a\r\r\nb\r")], True),
    ],
    ids=[
        "log-is-late",
        "more-arrived",
        "more-in-the-log",
        "mixed",
        "missed",
        "other-output-under-way",
        "bytes",
        "without-carriage-returns",
        "half-an-end",
    ],
)
def test_a_log_begins_with_what_arrived_unless_something_was_missed(
    log: bytes, pieces: list[tuple[int, bytes]], continues: bool
) -> None:
    assert _arrived(*pieces).continue_from(log) is continues


@pytest.mark.parametrize(
    ("log", "pieces", "missed"),
    [
        (b"a\nb\nc\n", [(STDOUT, b"c\n")], b"a\nb\n"),
        (b"x\nx\nx\n", [(STDOUT, b"x\n")], b"x\nx\n"),
        (b"a\nb\nc\n", [(STDOUT, b"a\n")], b"b\nc\n"),
        (b"a\ne\nb\n", [(STDERR, b"e\n"), (STDOUT, b"b")], b"a\n"),
        (b"a\nb\n", [(STDOUT, b"a\nb")], b""),
        (b"", [(STDOUT, b"a\n")], b""),
        (b"z\n", [(STDOUT, b"a\n")], b""),
        (b"a\nb\n", [(STDOUT, b"b\r\n")], b"a\n"),
    ],
    ids=["first-lines", "the-same-lines", "last-lines", "of-both", "nothing", "no-log", "another-log", "returns"],
)
def test_what_is_in_the_log_alone_was_missed(log: bytes, pieces: list[tuple[int, bytes]], missed: bytes) -> None:
    assert _arrived(*pieces).missed(log) == missed


def test_much_is_not_kept() -> None:
    arrivals = _arrived((STDOUT, b"x" * 200_000), (STDERR, b"x" * 100_000))
    assert not arrivals.complete


def test_what_was_shown_is_as_long_as_its_log_where_ends_of_lines_came_in_pieces() -> None:
    shown = LoggedLength()
    for stream, data in ((STDOUT, b"a\r\nb\r"), (STDERR, b"\n"), (STDOUT, b"\nc\n"), (STDOUT, b"\r\r\n")):
        shown.add(stream, data)
    assert shown.length == len(b"a\nb\nc\n\r\n" + b"\n")


@pytest.mark.parametrize("log", [b"a\n\nb", b"a\r\n\r\nb"])
def test_a_terminal_gets_its_ends_of_lines_back(log: bytes) -> None:
    assert as_on_a_terminal(log) == b"a\r\n\r\nb"
