"""Findings as workflow commands of GitHub Actions: annotations at the lines of a pull request.

Source: GitHub's documentation, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Severity, format_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import Diagnostic

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def show(found: Iterable[Diagnostic], workspace: str | None = None) -> str:
    """One command a line. Files below ``workspace`` are named from there, as annotations need it."""
    return "".join(f"{_command(diagnostic, workspace)}\n" for diagnostic in found)


def _command(diagnostic: Diagnostic, workspace: str | None) -> str:
    properties = ",".join(
        f"{name}={str(value).translate(_IN_PROPERTY)}" for name, value in _properties(diagnostic, workspace).items()
    )
    path = format_path(diagnostic.path)
    message = f"{path}: {diagnostic.message}" if path else diagnostic.message
    text = f"{message}\nhelp: {diagnostic.remedy}" if diagnostic.remedy else message
    return f"::{_COMMAND[diagnostic.severity]} {properties}::{text.translate(_IN_DATA)}"


def _properties(diagnostic: Diagnostic, workspace: str | None) -> dict[str, str | int]:
    where = diagnostic.location
    title = {"title": diagnostic.code.value}
    # Standard input is no file of the repository.
    if where is None or where.file == "-":
        return {**title}
    return {
        "file": _from_workspace(where.file, workspace),
        "line": where.line,
        "col": where.column,
        "endColumn": where.column + where.length,
        **title,
    }


def _from_workspace(file: str, workspace: str | None) -> str:
    if not workspace:
        return file
    relative = os.path.relpath(file, workspace)
    return file if relative.startswith("..") else relative
