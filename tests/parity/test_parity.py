"""Every scenario shows the same under Docker Compose and in the cluster, or differs as its user is told.

What Docker shows is recorded. ``HYBRIDCOMPOSE_PARITY=live`` (``make parity``) runs everything on both sides,
``record`` (``make parity-record``) also writes the recordings.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.parity.comparing import DOCUMENTED, SAME, WRONG, compare
from tests.parity.observing import observe
from tests.parity.scenarios import Scenario, batches, read
from tests.parity.sides import findings

if TYPE_CHECKING:
    from tests.parity.sides import Kubernetes, Side

MODE = os.environ.get("HYBRIDCOMPOSE_PARITY", "")
RECORDINGS = Path(__file__).parent / "recordings"
#: The topic that every run of the tests observes under Docker too, so that recordings cannot grow old unseen.
LIVE = "command"
SCENARIOS = read()


class Observed:
    """What one side shows, each batch observed when it is first asked for."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.seen: dict[str, Any] = {}

    def of(self, scenario: Scenario) -> Any:
        if scenario.id not in self.seen:
            batch = next(batch for batch in batches(SCENARIOS) if scenario in batch)
            self.seen.update(observe(self.side, batch))
        return self.seen[scenario.id]


def recording(topic: str) -> Path:
    return RECORDINGS / f"{topic}.json"


@pytest.fixture(scope="module")
def ours(kubernetes: Kubernetes) -> Observed:
    return Observed(kubernetes)


@pytest.fixture(scope="module")
def theirs() -> dict[str, Observed]:
    """Docker's side, started when it is first needed."""
    return {}


def of_docker(request: pytest.FixtureRequest, scenario: Scenario, running: dict[str, Observed]) -> Any:
    """The recording, or what Docker shows now."""
    file = recording(scenario.topic)
    recorded = json.loads(file.read_text()) if file.exists() else {}
    if not MODE and scenario.topic != LIVE:
        return recorded["scenarios"][scenario.id]
    if not running:
        running["docker"] = Observed(request.getfixturevalue("docker"))
    seen = running["docker"].of(scenario)
    if MODE == "record":
        scenarios = {**recorded.get("scenarios", {}), scenario.id: seen}
        made = {"versions": request.getfixturevalue("versions"), "scenarios": scenarios}
        RECORDINGS.mkdir(exist_ok=True)
        file.write_text(json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    elif not MODE:
        assert seen == recorded["scenarios"][scenario.id], "the recording is old: make parity-record"
    return seen


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_both_sides_show_the_same_or_differ_as_is_said(
    request: pytest.FixtureRequest,
    scenario: Scenario,
    theirs: dict[str, Observed],
    ours: Observed,
) -> None:
    docker, mine = of_docker(request, scenario, theirs), ours.of(scenario)
    told = findings(request.getfixturevalue("kubernetes"), scenario.file, "parity") if scenario.differs else []
    verdict = compare(scenario, docker, mine, told)
    assert verdict.outcome != WRONG, "\n".join(verdict.faults)
    assert verdict.outcome == (DOCUMENTED if scenario.differs else SAME)


def test_no_two_scenarios_of_a_topic_have_a_service_of_one_name() -> None:
    """They run in one project."""
    names = Counter((scenario.topic, name) for scenario in SCENARIOS for name in scenario.services)
    assert [name for name, count in names.items() if count > 1] == []
