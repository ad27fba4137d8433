from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.state import ContainerState, Phase, PodState
from hybridcompose.engine.projects import state
from hybridcompose.engine.ps import as_table, duration, entries, health, status
from hybridcompose.engine.target import target
from tests.unit.cluster.server import serve
from tests.unit.cluster.worlds import NOW, ended, pod, service, waiting
from tests.unit.engine.namespaces import Namespaces

if TYPE_CHECKING:
    from pathlib import Path

DB = service("db")


def _waits_again(last_end: float) -> PodState:
    main = ContainerState("db", "i", reason="CrashLoopBackOff", restarts=2, last_exit_code=3, last_end=last_end)
    return pod(DB, containers=(main,), restart_policy="Always")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (pod(DB, ready=True, checked=True), "Up 1 second (healthy)"),
        (pod(DB, checked=True), "Up 1 second (health: starting)"),
        (pod(DB, checked=True, unready_since=NOW - 2), "Up 1 second (health: starting)"),
        (pod(DB, checked=True, unready_since=NOW), "Up 1 second (unhealthy)"),
        (pod(DB, unready_since=NOW), "Up 1 second"),
        (pod(DB, ready=True), "Up 1 second"),
        (ended(DB, 3), "Exited (3) 1 second ago"),
        (waiting(DB, "ContainerCreating"), "Created (ContainerCreating)"),
        (pod(DB, phase="Pending", containers=(ContainerState("db", "i"),)), "Created"),
        (_waits_again(NOW - 6), "Restarting (3) 6 seconds ago"),
        (_waits_again(0), "Restarting (3) some time ago"),
    ],
)
def test_the_status_is_in_the_words_of_docker(found: PodState, text: str) -> None:
    assert status(found, NOW) == text


def _just_ended(policy: str, code: int, *, deleting: bool = False) -> PodState:
    """The kubelet has told about the container, and says for a moment more that the pod runs."""
    main = ContainerState("db", "busybox", Phase.TERMINATED, exit_code=code, since=NOW - 1)
    return pod(DB, containers=(main,), restart_policy=policy, checked=True, deleting=deleting)


@pytest.mark.parametrize(
    ("found", "word", "text"),
    [
        (_just_ended("Never", 0), "exited", "Exited (0) 1 second ago"),
        (_just_ended("Never", 3), "exited", "Exited (3) 1 second ago"),
        (_just_ended("OnFailure", 0), "exited", "Exited (0) 1 second ago"),
        (_just_ended("OnFailure", 3), "restarting", "Restarting (3) 1 second ago"),
        (_just_ended("Always", 0), "restarting", "Restarting (0) 1 second ago"),
        (_just_ended("Always", 143, deleting=True), "exited", "Exited (143) 1 second ago"),
    ],
)
def test_a_container_that_has_ended_for_good_has_exited_before_its_pod_is_said_to_have(
    found: PodState, word: str, text: str
) -> None:
    assert (state(found), status(found, NOW)) == (word, text)
    assert found.phase == "Running"
    assert (health(found) == "") is (word == "exited")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 seconds"), (0.4, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (61, "1 minute"), (7200, "2 hours")],
)
def test_a_duration_is_in_its_largest_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_table_without_containers_has_its_head() -> None:
    assert list(as_table([])) == ["NAME   IMAGE   COMMAND   SERVICE   CREATED   STATUS   PORTS"]


def test_a_project_that_is_not_there_has_no_containers(tmp_path: Path) -> None:
    with serve(tmp_path, Namespaces()) as (api, _):
        assert entries(target(api, "demo"), every=True) == []
