"""Standard input, output and error as the near end of a program's streams; a terminal, where they are one."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hybridcompose.cli.streams import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.cluster.streams.exec import Program

#: Bytes that are read at a time.
_PIECE = 32_768
_INPUT, _STDERR = 0, 2
_NO_END = "this cluster (Kubernetes before 1.30) cannot tell a program that its input has ended: Ctrl-C ends it\n"


class Keyboard:
    """Whoever has started the command. ``interactive``: the program gets input, ``tty``: it may have a terminal.

    ``silent``: nothing that it writes to standard output is shown.
    """

    def __init__(self, *, interactive: bool = True, tty: bool = True, silent: bool = False) -> None:
        self._silent = silent
        self.stdin = interactive and sys.stdin is not None
        self.tty = tty and self.stdin and os.isatty(_INPUT) and sys.stdout is not None and sys.stdout.isatty()

    def take(self, stream: int, data: bytes) -> None:
        """Shows what the program writes, byte for byte. Raises ``BrokenPipeError`` where the reader is gone."""
        shown = sys.stderr if stream == _STDERR else sys.stdout
        if shown is not None and not (self._silent and shown is sys.stdout):
            shown.buffer.write(data)
            shown.buffer.flush()

    def talk(self, program: Program) -> int:
        """Until the program ends. A terminal passes every key on, Ctrl-C too; without one, that ends the command."""
        if not self.tty:
            return program.talk({_INPUT: lambda: _passed_on(program)} if self.stdin else {})
        with _raw(_INPUT), _resizes() as resized:
            _resize(program, 1)  # a program that began before redraws what it shows
            _resize(program)
            return program.talk({_INPUT: lambda: _passed_on(program), resized: lambda: _resized(program, resized)})


def _passed_on(program: Program) -> bool:
    data = os.read(_INPUT, _PIECE)
    if data:
        return program.write(data)
    if not program.end_input():
        say(_NO_END)
    return False


def _resize(program: Program, more: int = 0) -> None:
    columns, lines = os.get_terminal_size(_INPUT)
    program.resize(columns + more, lines + more)


def _resized(program: Program, resized: int) -> bool:
    os.read(resized, _PIECE)
    _resize(program)
    return True


@contextmanager
def _raw(descriptor: int) -> Iterator[None]:
    """The terminal without its own handling of keys."""
    import termios
    import tty

    before = termios.tcgetattr(descriptor)
    try:
        tty.setraw(descriptor, termios.TCSANOW)  # what was typed before is for the program, too
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextmanager
def _resizes() -> Iterator[int]:
    """A file descriptor that can be read when the terminal's size has changed."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def tell(_: int, __: Any) -> None:
        os.write(writing, b"\0")

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGWINCH, tell)
    try:
        yield reading
    finally:
        signal.signal(signal.SIGWINCH, before)
        os.close(reading)
        os.close(writing)
