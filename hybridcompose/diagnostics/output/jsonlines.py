"""Findings for programs: one JSON object a line. The keys are stable, and every one is always there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import format_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import Diagnostic


def show(found: Iterable[Diagnostic]) -> str:
    """Lines, not an array: they can be told from other output, and read before the program ends."""
    return "".join(f"{json.dumps(_object(diagnostic), ensure_ascii=True)}\n" for diagnostic in found)


def _object(diagnostic: Diagnostic) -> dict[str, Any]:
    where = diagnostic.location
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code.value,
        "message": diagnostic.message,
        "remedy": diagnostic.remedy,
        "path": format_path(diagnostic.path),
        "pathParts": list(diagnostic.path),
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "length": where.length if where else None,
    }
