from __future__ import annotations

from hybridcompose.cluster.state import JobState, Observed
from hybridcompose.cluster.stopping import waves
from tests.unit.cluster.worlds import pod, seen, service

DB, CACHE, WEB, TESTS = (service(name) for name in ("db", "cache", "web", "tests"))


def test_who_depends_on_others_stops_before_them() -> None:
    there = seen(pod(DB), pod(CACHE), pod(WEB, depends_on=("db", "cache")), pod(TESTS, depends_on=("web", "db")))
    assert waves(there) == (("tests",), ("web",), ("cache", "db"))


def test_what_does_not_run_holds_nothing_up() -> None:
    assert waves(seen(pod(DB), pod(WEB, depends_on=("db", "gone")))) == (("web",), ("db",))


def test_services_that_say_nothing_stop_together() -> None:
    assert waves(seen(pod(DB), pod(WEB))) == (("db", "web"),)
    assert waves(Observed()) == ()


def test_a_service_that_runs_as_a_job_says_so_on_the_job() -> None:
    there = seen(pod(DB), pod(WEB, job="web"), jobs=(JobState("web", "uid", "web", depends_on=("db",)),))
    assert waves(there) == (("web",), ("db",))


def test_a_circle_ends_too() -> None:
    assert waves(seen(pod(DB, depends_on=("web",)), pod(WEB, depends_on=("db",)))) == (("db", "web"),)
