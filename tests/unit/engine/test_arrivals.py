"""What has come through a connection, held against the log of the program."""

from __future__ import annotations

import pytest

from hybridcompose.engine.arrivals import Arrivals
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
    ],
    ids=["log-is-late", "more-arrived", "more-in-the-log", "mixed", "missed", "other-output-under-way", "bytes"],
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
    ],
    ids=["first-lines", "the-same-lines", "last-lines", "of-both", "nothing", "no-log", "another-log"],
)
def test_what_is_in_the_log_alone_was_missed(log: bytes, pieces: list[tuple[int, bytes]], missed: bytes) -> None:
    assert _arrived(*pieces).missed(log) == missed


def test_much_is_not_kept() -> None:
    arrivals = _arrived((STDOUT, b"x" * 200_000), (STDERR, b"x" * 100_000))
    assert not arrivals.complete
