"""The near end of a program's streams: who gives it input and takes what it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from hybridcompose.cluster.streams.exec import STDERR, STDOUT

if TYPE_CHECKING:
    from hybridcompose.cluster.streams.exec import Program

__all__ = ["STDERR", "STDOUT", "Partner", "Recorder", "Result"]


class Partner(Protocol):
    """``stdin``: there is input for the program; ``tty``: a person at a terminal talks to it."""

    @property
    def stdin(self) -> bool: ...

    @property
    def tty(self) -> bool: ...

    def take(self, stream: int, data: bytes) -> None:
        """What the program has written to ``STDOUT`` or ``STDERR``."""

    def talk(self, program: Program) -> int:
        """Gives the program its input, until it has ended; its exit code. Raises ``BrokenConnectionError``."""


class Result(NamedTuple):
    """What a program exited with, and what it wrote to each of its outputs, in bytes."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Standard output as text in UTF-8; what is none is replaced."""
        return self.stdout.decode(errors="replace")


class Recorder:
    """For library use: all input is known beforehand, and output is kept."""

    tty = False

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._written: dict[int, list[bytes]] = {STDOUT: [], STDERR: []}

    @property
    def stdin(self) -> bool:
        return bool(self._data)

    def take(self, stream: int, data: bytes) -> None:
        self._written[stream].append(data)

    def talk(self, program: Program) -> int:
        view = memoryview(self._data)
        for start in range(0, len(view), _PIECE):
            if not program.write(bytes(view[start : start + _PIECE])):
                break
        if self._data:
            program.end_input()
        return program.wait(None)

    def result(self, code: int) -> Result:
        return Result(code, b"".join(self._written[STDOUT]), b"".join(self._written[STDERR]))


#: Bytes in a message.
_PIECE = 65_536
