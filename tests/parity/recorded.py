"""What Docker showed: a file for each topic, with the versions of the programs that showed it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.parity.scenarios import Scenario

RECORDINGS = Path(__file__).parent / "recordings"


def recorded(scenario: Scenario) -> Any:
    return _read(scenario.topic)["scenarios"][scenario.id]


def record(scenario: Scenario, seen: Any, versions: Mapping[str, str], existing: Iterable[str]) -> None:
    """Writes what a scenario showed; of the others those are kept that exist."""
    there = set(existing)
    others = {name: value for name, value in _read(scenario.topic).get("scenarios", {}).items() if name in there}
    made = {"versions": versions, "scenarios": {**others, scenario.id: seen}}
    RECORDINGS.mkdir(exist_ok=True)
    text = json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False)
    _file(scenario.topic).write_text(text + "\n")


def _read(topic: str) -> Any:
    file = _file(topic)
    return json.loads(file.read_text()) if file.exists() else {}


def _file(topic: str) -> Path:
    return RECORDINGS / f"{topic}.json"
