"""What one look has found."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Status(StrEnum):
    """``warning``: it may go wrong, or cannot be known; ``failure``: a run would end with it."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


class Check(NamedTuple):
    """One thing that was looked at, what was found, and what helps where it is not well."""

    name: str
    status: Status
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.status:<7}  {self.name}: {self.message}{f' ({self.remedy})' if self.remedy else ''}"


def ok(name: str, message: str) -> Check:
    return Check(name, Status.OK, message)


def warning(name: str, message: str, remedy: str = "") -> Check:
    return Check(name, Status.WARNING, message, remedy)


def failure(name: str, message: str, remedy: str = "") -> Check:
    return Check(name, Status.FAILURE, message, remedy)


def fails(checks: Iterable[Check]) -> bool:
    return any(check.status is Status.FAILURE for check in checks)


def as_json(checks: Iterable[Check]) -> str:
    """One array."""
    told = [
        {"Check": one.name, "Status": one.status.value, "Message": one.message, "Remedy": one.remedy} for one in checks
    ]
    return json.dumps(told, ensure_ascii=False, indent=2)
