"""Standard input and output: bytes in UTF-8 whatever the locale, and clear errors."""

from __future__ import annotations

import os
import sys

from hybridcompose.diagnostics import Code, Diagnostic, LoadError, OutputError, Severity


class StandardInput:
    """Reads standard input once; ``content`` keeps it for the lines that findings quote."""

    def __init__(self) -> None:
        self.content: bytes | None = None

    def read(self) -> bytes:
        if self.content is None:
            self.content = _read()
        return self.content


def _read() -> bytes:
    try:
        if sys.stdin is None:
            raise OSError("it is closed")
        return sys.stdin.buffer.read()
    except OSError as error:
        message = f"cannot read standard input: {error.strerror or error}"
        remedy = "pipe a compose file into the command, or name one with -f"
        raise LoadError([Diagnostic(Code.UNREADABLE_FILE, Severity.ERROR, message, remedy=remedy)]) from error


def emit(text: str) -> None:
    """Prints the result of a command to standard output and makes sure that it arrived.

    Raises ``BrokenPipeError`` where the reader is gone, ``OutputError`` for any other failure.
    """
    try:
        if sys.stdout is None:
            raise OSError("it is closed")
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up_standard_output()
        message = f"cannot write to standard output: {error.strerror or error}"
        raise unwritable(message, "write to a directory or file with --output") from error


def save(text: str, path: str) -> None:
    """Writes the result of a command into one file: all of it, or the file stays as it was."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            _write(path, text)  # a pipe or a terminal, which nothing can stand in for
        else:
            from hybridcompose.write import replace_file

            replace_file(path, text)
    except OSError as error:
        raise unwritable(f"cannot write {path}: {error.strerror or error}", "choose another file") from error


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def unwritable(message: str, remedy: str) -> OutputError:
    return OutputError([Diagnostic(Code.UNWRITABLE_OUTPUT, Severity.ERROR, message, remedy=remedy)])


def say(text: str) -> None:
    """Prints to standard error, where everything goes that is not the result. Failing to say so is no failure."""
    try:
        if text and sys.stderr is not None:
            sys.stderr.flush()
            sys.stderr.buffer.write(text.encode(errors="backslashreplace"))
            sys.stderr.buffer.flush()
    except OSError:
        _redirect(sys.stderr.fileno())


def give_up_standard_output() -> None:
    """What could not be written stays in the buffer: the interpreter would try again, and complain, when it exits."""
    if sys.stdout is not None:
        _redirect(sys.stdout.fileno())


def _redirect(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
