"""What has come through a connection with a program, held against the program's log. Pure.

The log has everything that the program has written, whole lines of both outputs mixed; the connection has each output
by itself, from when the node had connected it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.engine.conversation import STDERR, STDOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

#: So many bytes are kept: more than come before a late connection is noticed.
_KEPT = 262_144


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
        for line in _lines(log):
            for stream, data in self._data.items():
                left = len(data) - at[stream]
                if left > len(line) and data.startswith(line, at[stream]):
                    at[stream] += len(line)
                    break
                if 0 < left <= len(line) and line.startswith(bytes(data[at[stream] :])):
                    return True
            else:
                return False
        return True

    def missed(self, log: bytes) -> bytes:
        """What the whole log has and did not arrive; nothing where the log is not of what has arrived."""
        at, missing = dict.fromkeys(self._data, 0), list[bytes]()
        for line in _lines(log):
            stream = next((one for one, data in self._data.items() if _has(data, line, at[one])), None)
            if stream is None:
                missing.append(line)
            else:
                at[stream] += len(line)
        whole = all(at[stream] >= len(data) for stream, data in self._data.items())
        return b"".join(missing) if whole else b""


def _has(data: bytearray, line: bytes, at: int) -> bool:
    """Whether a line comes next. A last one without an end has one in the log."""
    return data.startswith(line, at) or (at < len(data) and line == bytes(data[at : at + len(line)]) + b"\n")


def _lines(log: bytes) -> Iterator[bytes]:
    """Lines with their ends, which are line feeds alone."""
    begin = 0
    while begin < len(log):
        end = log.find(b"\n", begin) + 1 or len(log)
        yield log[begin:end]
        begin = end
