from __future__ import annotations

import pytest

from hybridcompose.cluster.state import ContainerState, PodState
from hybridcompose.engine.ps import as_table, duration, status
from tests.unit.cluster.worlds import NOW, ended, pod, service, waiting

DB = service("db")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (pod(DB, ready=True, checked=True), "Up 1 second (healthy)"),
        (pod(DB, checked=True), "Up 1 second (starting)"),
        (pod(DB, ready=True), "Up 1 second"),
        (ended(DB, 3), "Exited (3) 1 second ago"),
        (waiting(DB, "ContainerCreating"), "Created (ContainerCreating)"),
        (pod(DB, phase="Pending", containers=(ContainerState("db", "i"),)), "Created"),
        (pod(DB, containers=(ContainerState("db", "i", reason="x", restarts=2),)), "Restarting (2 times)"),
    ],
)
def test_the_status_is_in_the_words_of_docker(found: PodState, text: str) -> None:
    assert status(found, NOW) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 seconds"), (0.4, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (61, "1 minute"), (7200, "2 hours")],
)
def test_a_duration_is_in_its_largest_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_table_without_containers_has_its_head() -> None:
    assert list(as_table([])) == ["NAME   IMAGE   COMMAND   SERVICE   CREATED   STATUS   PORTS"]
