"""The record of what Docker did. It is data beside this repository, and no part of it."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

RECORD = Path(
    os.environ.get("HYBRIDCOMPOSE_OBSERVED", Path(__file__).parents[3] / ".." / "shared" / "docker" / "observed.json")
).resolve()


@cache
def record() -> Any:
    """The whole record; skips where there is none."""
    if not RECORD.is_file():
        pytest.skip(f"what Docker does is not recorded at {RECORD}; HYBRIDCOMPOSE_OBSERVED names the file")
    return json.loads(RECORD.read_text(encoding="utf-8"))


def compose_text(case: str) -> str:
    return str(record()["cases"][case]["compose"])


def reports(case: str) -> dict[str, dict[str, Any]]:
    """What the probe told in each service that it ran in."""
    probes = record()["cases"][case]["probes"]
    return {service: probe["report"] for service, probe in probes.items() if probe["report"]}


def facts(case: str) -> dict[str, Any]:
    found: dict[str, Any] = record()["cases"][case]["facts"]
    return found


def points() -> dict[str, str]:
    """The topic of every point."""
    return {point["id"]: point["topic"] for point in record()["points"]}
