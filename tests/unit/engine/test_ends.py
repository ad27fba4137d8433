from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.decide import Decision, Failure
from hybridcompose.engine import ends
from hybridcompose.plan import Condition, Health, KubeName, Need, PlannedService
from tests.unit.cluster.worlds import NOW, decided, ended, plan, pod, service, waiting

if TYPE_CHECKING:
    from hybridcompose.cluster.state import PodState

DB = service("db")
MIGRATE = service("migrate")
TESTS = service("tests", Need("migrate", Condition.COMPLETED))
PLAN = plan(DB, MIGRATE, TESTS)


def _with(*pods: PodState) -> Decision:
    return decided(PLAN, *pods)


def test_a_run_goes_on_while_the_service_that_gives_the_code_does() -> None:
    end = ends.ended_with_code_of("tests")
    assert end(_with(pod(DB), ended(MIGRATE, 0), pod(TESTS)), NOW) is None


def test_the_exit_code_is_that_of_the_service() -> None:
    end = ends.ended_with_code_of("tests")
    assert end(_with(pod(DB), ended(MIGRATE, 0), ended(TESTS, 3)), NOW) == 3
    assert end(_with(pod(DB), ended(MIGRATE, 0), ended(TESTS, 0)), NOW) == 0


def test_another_service_that_fails_before_is_the_cause() -> None:
    found = ends.ended_with_code_of("tests")(_with(ended(DB, 1), ended(MIGRATE, 0), pod(TESTS)), NOW)
    assert isinstance(found, Failure)
    assert found.message == "db exited with code 1 before tests had ended"


def test_the_first_service_that_ends_gives_the_code() -> None:
    assert ends.first_ended(_with(pod(DB), ended(MIGRATE, 0), pod(TESTS)), NOW) is None
    assert ends.first_ended(_with(ended(DB, 4), ended(MIGRATE, 0), pod(TESTS)), NOW) == 4
    assert ends.first_ended(_with(ended(DB, 0), ended(MIGRATE, 0), pod(TESTS)), NOW) == 0


def test_a_plain_run_ends_with_0_when_all_have_ended() -> None:
    assert ends.all_ended()(_with(ended(DB, 4), ended(MIGRATE, 0), pod(TESTS)), NOW) is None
    assert ends.all_ended()(_with(ended(DB, 4), ended(MIGRATE, 0), ended(TESTS, 3)), NOW) == 0


def test_a_run_of_named_services_ends_with_them() -> None:
    end = ends.all_ended(["tests"])
    assert end(_with(pod(DB), ended(MIGRATE, 0), pod(TESTS)), NOW) is None
    assert end(_with(pod(DB), ended(MIGRATE, 0), ended(TESTS, 0)), NOW) == 0


def test_a_detached_run_waits_until_everything_has_begun() -> None:
    starting = waiting(TESTS, "ContainerCreating")
    assert ends.started(_with(pod(DB), ended(MIGRATE, 0), starting), NOW) is None
    assert ends.started(_with(pod(DB), ended(MIGRATE, 0), pod(TESTS)), NOW) == 0


def test_a_run_is_ready_when_services_are_healthy_or_have_ended_with_0() -> None:
    healthy = pod(DB, ready=True)
    assert ends.ready(_with(pod(DB), ended(MIGRATE, 0), pod(TESTS, ready=True)), NOW) is None
    assert ends.ready(_with(healthy, ended(MIGRATE, 0), pod(TESTS, ready=True)), NOW) == 0
    assert isinstance(ends.ready(_with(healthy, ended(MIGRATE, 0), ended(TESTS, 2)), NOW), Failure)


def test_a_service_that_stays_unhealthy_is_never_ready() -> None:
    checked = service("db", health=Health(start_period=0, interval=0.1, timeout=0.1, retries=1))
    found = ends.ready(decided(plan(checked), pod(checked)), NOW)
    assert isinstance(found, Failure)
    assert "unhealthy" in found.message


def test_a_service_without_replicas_ends_no_run() -> None:
    none = PlannedService("none", "none", KubeName("none"), ())
    assert ends.first_ended(decided(plan(DB, none), pod(DB)), NOW) is None
