"""The place of a part of a text: one expression in a long command, one name in a line."""

from __future__ import annotations

import re

from hybridcompose.diagnostics import Location
from hybridcompose.load.yaml_errors import text_of_file

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def rows_of(data: bytes | str) -> list[str]:
    """The lines of a file, as the parser counts them."""
    return _LINE_BREAK.split(text_of_file(data))


def narrowed(place: Location, rows: list[str], pattern: str, *, lines: int | None = None) -> Location:
    """Where ``pattern`` first matches in a file, from ``place`` on; ``place`` itself where it does not.

    ``lines`` is how many lines are looked through (default: up to the next that is indented less than the place's).
    """
    first = place.line - 1
    search = re.compile(pattern)
    for number in range(first, len(rows) if lines is None else min(len(rows), first + lines)):
        row = rows[number]
        if number > first and lines is None and row.strip() and _indent(row) < _indent(rows[first]):
            break
        found = search.search(row, place.column - 1 if number == first else 0)
        if found:
            return Location(place.file, number + 1, found.start() + 1, max(1, found.end() - found.start()))
    return place


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip(" "))
