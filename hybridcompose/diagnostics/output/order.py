"""The order of findings: as one meets them when reading the files from the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import Diagnostic


def in_file_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, line and column, those without a place last; each finding once, equal places as they were found."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=_place))


def _place(diagnostic: Diagnostic) -> tuple[bool, str, int, int]:
    where = diagnostic.location
    return (True, "", 0, 0) if where is None else (False, where.file, where.line, where.column)
