"""What has come through a connection with a program, held against the program's log. Pure.

The log has everything that the program has written, whole lines of both outputs mixed, and a carriage return before a
line feed is missing (container runtimes leave it out of logs); the connection has each output by itself, byte by byte,
from when the node had connected it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.engine.conversation import STDERR, STDOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

#: So many bytes are kept: more than come before a late connection is noticed.
_KEPT = 262_144
_END, _TERMINAL_END = b"\n", b"\r\n"
#: Looks at each run of carriage returns once.
_ENDS = re.compile(rb"(?<!\r)\r+\n")


def as_on_a_terminal(log: bytes) -> bytes:
    """A log as the terminal has got it, whose lines end with a carriage return."""
    return log.replace(_TERMINAL_END, _END).replace(_END, _TERMINAL_END)


class LoggedLength:
    """How many bytes of the log that is which has been shown, of both outputs."""

    def __init__(self) -> None:
        self.length = 0
        self._last: dict[int, bytes] = {}

    def add(self, stream: int, data: bytes) -> None:
        """Adds what was shown of an output."""
        # A pair of characters may have come in two pieces.
        self.length += len(data) - (self._last.get(stream, b"") + data).count(_TERMINAL_END)
        self._last[stream] = data[-1:]


class Arrivals:
    """The beginning of what has arrived, by output."""

    def __init__(self) -> None:
        self._data = {STDOUT: bytearray(), STDERR: bytearray()}
        #: Whether nothing had to be left out.
        self.complete = True

    def add(self, stream: int, data: bytes) -> None:
        """Notes down what has come on an output."""
        self.complete = self.complete and sum(map(len, self._data.values())) + len(data) <= _KEPT
        if self.complete:
            self._data[stream] += data

    def continue_from(self, log: bytes) -> bool:
        """Whether the log begins with what has arrived, as far as both go: then nothing came before it."""
        at = dict.fromkeys(self._data, 0)
        arrived = {stream: _comparable(data).rstrip(b"\r") for stream, data in self._data.items()}
        for line in map(_comparable, _lines(log)):
            for stream, data in arrived.items():
                left = len(data) - at[stream]
                if left > len(line) and data.startswith(line, at[stream]):
                    at[stream] += len(line)
                    break
                if 0 < left <= len(line) and line.startswith(data[at[stream] :]):
                    return True
            else:
                return False
        return True

    def missed(self, log: bytes) -> bytes:
        """What the whole log has and did not arrive; nothing where the log is not of what has arrived."""
        at, missing = dict.fromkeys(self._data, 0), list[bytes]()
        arrived = {stream: _comparable(data) for stream, data in self._data.items()}
        for line in _lines(log):
            known = _comparable(line)
            stream = next((one for one, data in arrived.items() if _has(data, known, at[one])), None)
            if stream is None:
                missing.append(line)
            else:
                at[stream] += len(known)
        whole = all(at[stream] >= len(data) for stream, data in arrived.items())
        return b"".join(missing) if whole else b""


def _comparable(data: bytes | bytearray) -> bytes:
    """Without what a log may lack."""
    return _ENDS.sub(_END, data)


def _has(data: bytes, line: bytes, at: int) -> bool:
    """Whether a line comes next. A last one without an end has one in the log."""
    return data.startswith(line, at) or (at < len(data) and line == data[at : at + len(line)] + _END)


def _lines(log: bytes) -> Iterator[bytes]:
    """Lines with their ends, which are line feeds alone."""
    begin = 0
    while begin < len(log):
        end = log.find(_END, begin) + 1 or len(log)
        yield log[begin:end]
        begin = end
