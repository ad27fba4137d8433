"""What programs observe in pods is what they observe under Docker, or the user is told of the difference."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.cluster.observed import evidence, file_cases, images, lasting, network_cases, points, process_cases
from tests.cluster.observed.runner import outcome
from tests.cluster.observed.table import Verdict, judged, refused, table, unused
from tests.contract.reference import missing

if TYPE_CHECKING:
    from tests.cluster.client import Cluster
    from tests.cluster.observed.case import Case
    from tests.cluster.observed.table import Observation

#: The API server and the node are busier than the clients.
_AT_ONCE = 5


def cases() -> list[Case]:
    # The longest first: the others run beside them.
    return [*reversed(lasting.cases()), *network_cases.CASES, *file_cases.CASES, *process_cases.CASES]


@pytest.fixture(scope="module")
def observations(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> list[Observation]:
    evidence.record()
    if os.geteuid() != 0:
        missing("only root can give files the owners that they have in the record")
    try:
        images.publish(cluster.registry)
    except OSError as error:
        missing(f"images cannot be brought into the registry {cluster.registry}: {error}")
    directory = tmp_path_factory.mktemp("observed")

    def observe(case: Case) -> list[Observation]:
        seen = outcome(cluster, case, directory / case.name)
        recorded = case.recorded()
        found = list(refused(case, seen.refused))
        for service in sorted(recorded.keys() & seen.services):
            found += judged(case, service, recorded[service], seen.values.get(service, {}), seen.told)
        return found

    with ThreadPoolExecutor(_AT_ONCE) as executor:
        return [one for found in executor.map(observe, cases()) for one in found]


def test_nothing_differs_that_is_not_told(observations: list[Observation], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\n" + table(observations, evidence.points(), points.assigned(observations)))
    wrong = [str(found) for found in observations if found.verdict is Verdict.WRONG]
    assert not wrong, "\n".join(wrong)


def test_no_difference_is_told_that_is_not_there(observations: list[Observation]) -> None:
    assert [line for case in cases() for line in unused(case, observations)] == []
