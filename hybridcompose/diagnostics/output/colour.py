"""Colours, where they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESET = "\x1b[0m"
BOLD = "\x1b[1m"
SEVERITY = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}
QUIET = "\x1b[2m"


def wanted(environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: never with NO_COLOR, always with CLICOLOR_FORCE, else on a terminal that is not dumb."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def paint(text: str, style: str, *, colour: bool) -> str:
    return f"{style}{text}{_RESET}" if colour and text else text
