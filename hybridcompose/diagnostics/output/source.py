"""The lines of compose files, read when a finding quotes one."""

from __future__ import annotations

import os
import re

from hybridcompose.reading import read_file

# The line breaks by which the YAML parser counts.
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


class Sources:
    """Gives lines of files. What can no longer be read has no lines: a finding is then shown without one.

    ``stdin`` is what was read from standard input, which findings name ``-``.
    """

    def __init__(self, stdin: bytes | None = None) -> None:
        self._files: dict[str, list[str]] = {"-": _lines(stdin or b"")}

    def line(self, file: str, number: int) -> str | None:
        """Line ``number`` (from 1) without its break."""
        if file not in self._files:
            self._files[file] = _lines(_read(file))
        lines = self._files[file]
        return lines[number - 1] if 0 < number <= len(lines) else None


def _read(file: str) -> bytes:
    try:
        # A pipe has been read before and would be waited for.
        if os.path.isfile(file):
            return read_file(file)
    except (OSError, ValueError):
        pass
    return b""


def _lines(content: bytes) -> list[str]:
    return _LINE_BREAK.split(content.decode("utf-8-sig", errors="replace")) if content else []
