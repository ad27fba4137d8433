from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.state import ContainerState, Phase, PodState
from hybridcompose.engine.projects import state
from hybridcompose.engine.ps import as_table, duration, entries, health, status
from hybridcompose.engine.target import target
from hybridcompose.plan import Health
from tests.unit.cluster.server import serve
from tests.unit.cluster.worlds import NOW, ended, pod, service, waiting
from tests.unit.engine.namespaces import Namespaces

if TYPE_CHECKING:
    from pathlib import Path

DB = service("db")
#: By which nothing is unhealthy within a second.
HEALTH = Health(start_period=0, interval=30, timeout=30, retries=3)
#: By which what fails at once is.
QUICK = Health(start_period=0, interval=1, timeout=30, retries=2)


def _waits_again(last_end: float) -> PodState:
    main = ContainerState("db", "i", reason="CrashLoopBackOff", restarts=2, last_exit_code=3, last_end=last_end)
    return pod(DB, containers=(main,), restart_policy="Always")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (pod(DB, ready=True, health=HEALTH), "Up 1 second (healthy)"),
        (pod(DB, health=HEALTH), "Up 1 second (health: starting)"),
        (pod(DB, health=HEALTH, unready_since=NOW - 2), "Up 1 second (health: starting)"),
        (pod(DB, health=HEALTH, unready_since=NOW), "Up 1 second (unhealthy)"),
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
    return pod(DB, containers=(main,), restart_policy=policy, health=HEALTH, deleting=deleting)


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
    assert (health(found, NOW) == "") is (word == "exited")


def _running(seconds: float, failed: int) -> PodState:
    main = ContainerState("db", "busybox", Phase.RUNNING, since=NOW - seconds)
    return pod(DB, containers=(main,), health=QUICK, failed_checks=failed)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (_running(7, failed=7), "unhealthy"),
        (_running(5, failed=5), "starting"),
        (_running(61, failed=0), "starting"),
        (_running(63, failed=0), "unhealthy"),
        (_running(7, failed=7)._replace(ready=True), "healthy"),
    ],
    ids=["failed at once", "may still succeed", "hangs", "has hung each time", "has succeeded"],
)
def test_what_never_was_healthy_is_unhealthy_after_its_retries(found: PodState, word: str) -> None:
    assert health(found, NOW) == word


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
