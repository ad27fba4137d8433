"""When nobody waits for a service any more."""

from __future__ import annotations

import pytest

from hybridcompose.cluster.health import RESTARTS, unhealthy
from hybridcompose.cluster.state import ContainerState, PodState
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


def test_a_service_that_is_healthy_has_no_trouble() -> None:
    assert unhealthy(ServiceView(DB, (_crashed(9),), healthy=True), NOW) is None
