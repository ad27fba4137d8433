"""A rule of the translation that is broken on purpose is noticed by the scenario that is named for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.parity.ahead import AT_ONCE
from tests.parity.comparing import WRONG, Told, compare
from tests.parity.mutations import MUTATIONS, Mutation
from tests.parity.observing import observe
from tests.parity.recorded import recorded
from tests.parity.scenarios import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from tests.parity.sides import Kubernetes

SCENARIOS = {scenario.id: scenario for scenario in read()}
#: What a broken translation has not shown by then it does not show.
SECONDS = 60


@pytest.fixture(scope="module")
def broken(
    request: pytest.FixtureRequest, kubernetes: Kubernetes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Any]]]:
    """What the scenario of each mutation shows, by the mutation's name."""
    directory = tmp_path_factory.mktemp("mutations")
    items = (getattr(item, "callspec", None) for item in request.session.items)
    chosen = [item.params["mutation"] for item in items if item is not None and "mutation" in item.params]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            mutation.name: pool.submit(
                observe,
                replace(kubernetes, source=mutation.source(directory)),
                [SCENARIOS[mutation.scenario]],
                SECONDS,
            )
            for mutation in dict.fromkeys(chosen)
        }


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_broken_rule_is_noticed_by_its_scenario(mutation: Mutation, broken: dict[str, Future[Any]]) -> None:
    scenario = SCENARIOS[mutation.scenario]
    verdict = compare(scenario, recorded(scenario), broken[mutation.name].result()[scenario.id].seen, Told())
    assert verdict.outcome == WRONG
    assert verdict.faults


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_each_rule_stands_where_it_is_broken(mutation: Mutation, tmp_path: Path) -> None:
    source = mutation.source(tmp_path) / "hybridcompose" / mutation.module
    assert mutation.instead in source.read_text()
    compile(source.read_text(), source, "exec")
    assert SCENARIOS[mutation.scenario].differs == ()


def test_ten_rules_are_broken() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) >= 10
