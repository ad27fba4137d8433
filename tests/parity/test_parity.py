"""Every scenario shows the same under Docker Compose and in the cluster, or differs as its user is told.

What Docker shows is recorded. ``HYBRIDCOMPOSE_PARITY=live`` (``make parity``) runs everything on both sides,
``record`` (``make parity-record``) also writes the recordings.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.parity.ahead import Observed
from tests.parity.comparing import DOCUMENTED, SAME, WRONG, Told, compare
from tests.parity.recorded import record, recorded
from tests.parity.scenarios import Scenario, batches, read
from tests.parity.sides import annotated, findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.parity.sides import Kubernetes

MODE = os.environ.get("HYBRIDCOMPOSE_PARITY", "")
#: The topic that every run of the tests observes under Docker too, so that recordings cannot grow old unseen.
LIVE = "command"
SCENARIOS = read()


def chosen(request: pytest.FixtureRequest) -> list[Scenario]:
    """The scenarios of this run of the tests."""
    items = (getattr(item, "callspec", None) for item in request.session.items)
    return [item.params["scenario"] for item in items if item is not None and "scenario" in item.params]


@pytest.fixture(scope="module")
def ours(request: pytest.FixtureRequest, kubernetes: Kubernetes) -> Iterator[Observed]:
    observed = Observed(kubernetes, chosen(request))
    yield observed
    observed.end()


@pytest.fixture(scope="module")
def theirs(request: pytest.FixtureRequest) -> Iterator[Observed | None]:
    """Docker's side, started where it is needed."""
    live = [scenario for scenario in chosen(request) if is_live(scenario)]
    if not live:
        yield None
        return
    observed = Observed(request.getfixturevalue("docker"), live)
    yield observed
    observed.end()


def is_live(scenario: Scenario) -> bool:
    return MODE in ("live", "record") or scenario.topic == LIVE


def of_docker(scenario: Scenario, observed: Observed | None, versions: dict[str, str]) -> Any:
    """The recording, or what Docker shows now."""
    if observed is None or not is_live(scenario):
        return recorded(scenario)
    seen = observed.of(scenario).seen
    if MODE == "record":
        record(scenario, seen, versions, (other.id for other in SCENARIOS))
    elif not MODE:
        assert seen == recorded(scenario), "the recording is old: make parity-record"
    return seen


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_both_sides_show_the_same_or_differ_as_is_said(
    kubernetes: Kubernetes,
    scenario: Scenario,
    theirs: Observed | None,
    ours: Observed,
    versions: dict[str, str],
) -> None:
    docker, mine = of_docker(scenario, theirs, versions), ours.of(scenario)
    told = Told(up=annotated(mine.said["up"]), said=mine.said)
    if scenario.differs:
        told = replace(told, render=findings(kubernetes, scenario.file, "parity", **scenario.environment))
    verdict = compare(scenario, docker, mine.seen, told)
    assert verdict.outcome != WRONG, "\n".join(verdict.faults)
    assert verdict.outcome == (DOCUMENTED if scenario.differs else SAME)


@pytest.mark.parametrize("section", ["services", "volumes", "networks", "configs", "secrets", "environment"])
def test_scenarios_that_run_in_one_project_have_no_name_in_common(section: str) -> None:
    for batch in batches(SCENARIOS):
        names = Counter(name for scenario in batch for name in named(scenario, section))
        assert [name for name, count in names.items() if count > 1 and name != "default"] == [], batch[0].topic


def named(scenario: Scenario, section: str) -> Iterable[str]:
    if section == "environment":
        return scenario.environment
    return (yaml.safe_load(scenario.file.read_text()).get(section) or {}).keys()
