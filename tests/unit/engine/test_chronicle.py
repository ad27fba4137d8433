from __future__ import annotations

from hybridcompose.engine.chronicle import Check, Chronicle, Outcome, Standing
from hybridcompose.plan import Condition, Health, Need
from tests.unit.cluster.worlds import decided, ended, plan, pod, service

DB = service("db", health=Health(0, 1, 1, 3))
MIGRATE = service("migrate")
TESTS = service("tests", Need("migrate", Condition.COMPLETED))
PLAN = plan(DB, MIGRATE, TESTS)


class _Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _chronicle() -> Chronicle:
    """One second: db and migrate run; two: db is healthy, migrate has ended; three: tests has failed."""
    clock = _Clock()
    chronicle = Chronicle(clock)
    for pods in (
        (pod(DB), pod(MIGRATE)),
        (pod(DB, ready=True), ended(MIGRATE, 0)),
        (pod(DB, ready=True), ended(MIGRATE, 0), ended(TESTS, 3)),
    ):
        clock.now += 1
        chronicle.watch(decided(PLAN, *pods))
    clock.now += 1
    return chronicle


def test_it_keeps_when_each_service_got_where_it_is() -> None:
    assert _chronicle().standings() == [
        Standing("db", "healthy", 2, None),
        Standing("migrate", "exited with code 0", 2, 0),
        Standing("tests", "exited with code 3", 3, 3),
    ]


def test_a_service_is_expected_to_be_healthy_to_start_or_to_exit_with_0() -> None:
    assert _chronicle().checks(Outcome(3)) == [
        Check("db", "db is healthy", passed=True, seconds=2),
        Check("migrate", "migrate exits with 0", passed=True, seconds=2),
        Check("tests", "tests exits with 0", passed=False, seconds=3, problem="exited with code 3"),
    ]


def test_what_the_run_failed_with_is_the_problem_of_its_service_and_others_did_not_come_to_it() -> None:
    chronicle = Chronicle(_Clock())
    chronicle.watch(decided(PLAN, pod(DB), pod(MIGRATE)))
    outcome = Outcome(errors=(("db", "db is unhealthy"), ("", "it took too long")))
    assert chronicle.checks(outcome) == [
        Check("db", "db is healthy", passed=False, seconds=0, problem="db is unhealthy"),
        Check("migrate", "migrate exits with 0", passed=None, seconds=0),
        Check("tests", "tests starts", passed=None, seconds=0),
        Check("", "the run", passed=False, seconds=0, problem="it took too long"),
    ]
