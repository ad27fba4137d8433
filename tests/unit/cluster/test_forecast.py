"""What a run would do, told without doing it."""

from __future__ import annotations

from hybridcompose.cluster.decide import Run
from hybridcompose.cluster.forecast import Action, Forecast, forecast
from hybridcompose.cluster.state import JobState
from hybridcompose.plan import Condition, Health, Need, ResourceKey
from hybridcompose.plan.labels import ROLE
from tests.unit.cluster.worlds import NOW, ended, plan, pod, resource, seen, service, waiting

RUN = Run(now=NOW)
DB = service("db", health=Health(0, 1, 1, 3))
ONCE = service("once", Need("db", Condition.HEALTHY))
WEB = service("web", Need("once", Condition.COMPLETED), images=("app",))
PLAN = plan(WEB, ONCE, DB, more=(resource("Service", "db", spec={"selector": {}}),))


def _told(found: Forecast) -> list[str]:
    assert found.failure is None
    return [f"{change.action} {change.key}" for change in found.changes]


def test_everything_is_made_in_the_order_in_which_a_run_makes_it() -> None:
    found = forecast(PLAN, seen(), RUN)
    assert _told(found) == [
        "made configmap/context-app",
        "made service/db",
        "made job/build-app",
        "made pod/db",
        "made pod/once",
        "made pod/web",
    ]
    assert {change.key.name: change.after for change in found.changes if change.after} == {
        "once": ("db is healthy",),
        "web": ("the image of app is built", "once has ended with 0"),
    }


def test_what_is_as_it_should_be_stays_whatever_it_waits_for() -> None:
    pods = pod(DB), waiting(ONCE, "ContainerCreating")
    job = JobState("build-app", "uid-job")
    assert _told(forecast(PLAN, seen(*pods, jobs=(job,)), RUN))[2:] == [
        "kept job/build-app",
        "kept pod/db",
        "kept pod/once",
        "made pod/web",
    ]


def test_what_has_changed_or_ended_is_replaced_once() -> None:
    pods = pod(DB, config_hash="another"), ended(ONCE, 0)
    told = _told(forecast(PLAN, seen(*pods), RUN))
    assert [line for line in told if "replaced" in line] == ["replaced pod/db", "replaced pod/once"]
    assert len(told) == len(set(told))


def test_what_an_earlier_run_could_not_start_is_replaced() -> None:
    assert "replaced pod/db" in _told(forecast(PLAN, seen(waiting(DB, "ImagePullBackOff")), RUN))


def test_what_goes_before_is_removed_or_made_anew() -> None:
    gone = ResourceKey("Pod", "db"), ResourceKey("Pod", "web-2")
    told = _told(forecast(PLAN, seen(pod(DB)), RUN, gone))
    assert told[0] == "removed pod/web-2"
    assert "replaced pod/db" in told


def test_what_would_end_the_run_is_told_with_what_comes_before() -> None:
    containers = [{"name": "dns", "image": "busybox"}]
    server = resource("Deployment", "dns", spec={"template": {"spec": {"containers": containers}}})
    broken = waiting(DB, "ImagePullBackOff", name="dns", service="", labels={ROLE: "dns"})
    found = forecast(PLAN._replace(resources=(*PLAN.resources, server)), seen(broken), RUN)
    assert found.failure is not None
    assert "the pod dns: the image busybox cannot be pulled" in found.failure.message
    assert Action.REPLACE not in {change.action for change in found.changes}
