"""When nobody waits for a service any more."""

from __future__ import annotations

import pytest

from hybridcompose.cluster.health import RESTARTS, unhealthy
from hybridcompose.cluster.state import ContainerState, Phase, PodState
from hybridcompose.cluster.views import ServiceView
from hybridcompose.plan import Health
from tests.unit.cluster.worlds import NOW, pod, service

DB = service("db")


def _crashed(restarts: int, code: int | None = 3) -> PodState:
    main = ContainerState("db", "i", reason="CrashLoopBackOff", restarts=restarts, last_exit_code=code)
    return pod(DB, containers=(main,))


@pytest.mark.parametrize("health", [None, Health(0, 1, 1, 3)])
def test_a_service_that_ends_again_and_again_is_not_waited_for(health: Health | None) -> None:
    view = ServiceView(service("db", health=health), (_crashed(RESTARTS),))
    assert unhealthy(view, NOW) == "db has ended 5 times, the last time with code 3: CrashLoopBackOff"


@pytest.mark.parametrize("found", [_crashed(RESTARTS - 1), pod(DB)])
def test_a_service_that_may_still_find_its_feet_is_waited_for(found: PodState) -> None:
    assert unhealthy(ServiceView(DB, (found,)), NOW) is None


def _running(seconds: float, failed: int) -> PodState:
    main = ContainerState("db", "i", Phase.RUNNING, since=NOW - seconds)
    return pod(DB, containers=(main,), failed_checks=failed)


@pytest.mark.parametrize(
    ("seconds", "failed", "limit"),
    [(6.1, 6, 6), (6.1, 3, None), (9.9, 4, 9), (12.1, 1, None), (24.1, 2, 24), (24.1, 0, 24)],
    ids=["fails at once", "fails in 2 s", "fails in 2.5 s", "hangs, so far", "hung twice", "nothing is told"],
)
def test_a_check_has_the_time_that_it_takes_and_its_interval_for_each_try(
    seconds: float, failed: int, limit: int | None
) -> None:
    view = ServiceView(service("db", health=Health(0, 1, 11, 2)), (_running(seconds, failed),))
    said = f"db is unhealthy: no health check succeeded within {limit} s"
    assert unhealthy(view, NOW) == (None if limit is None else said)


def test_a_check_has_no_more_than_its_timeout_for_each_try() -> None:
    view = ServiceView(service("db", health=Health(0, 1, 1, 2)), (_running(4.1, 5),))
    assert unhealthy(view, NOW) == "db is unhealthy: no health check succeeded within 4 s"


def test_checks_that_failed_before_the_program_began_again_tell_nothing_of_how_long_one_takes() -> None:
    found = _running(6.1, 6)
    assert found.main is not None
    again = found._replace(containers=(found.main._replace(restarts=1),))
    assert unhealthy(ServiceView(service("db", health=Health(0, 1, 11, 2)), (again,)), NOW) is None


def test_failed_checks_do_not_count_in_the_start_period() -> None:
    view = ServiceView(service("db", health=Health(60, 1, 11, 2)), (_running(65.9, 66),))
    assert unhealthy(view, NOW) is None
    assert unhealthy(view, NOW + 1) is not None


def test_a_service_that_is_healthy_has_no_trouble() -> None:
    assert unhealthy(ServiceView(DB, (_crashed(9),), healthy=True), NOW) is None
