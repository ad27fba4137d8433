from __future__ import annotations

import pytest

from hybridcompose.cluster.state import ContainerState, EventState, JobState, Observed, Phase, PodState
from hybridcompose.cluster.troubles import Limits
from hybridcompose.cluster.views import ServiceView, service_view
from hybridcompose.plan import KubeName, PlannedService, ResourceKey
from tests.unit.cluster.worlds import NOW, ended, pod, seen, service

PAIR = PlannedService("web", "web", KubeName("web"), (ResourceKey("Pod", "web-1"), ResourceKey("Pod", "web-2")))
JOB = PlannedService("web", "web", KubeName("web"), (ResourceKey("Job", "web"),))


def _replica(number: int, code: int | None = None, *, ready: bool = False) -> PodState:
    web = service("web")
    base = pod(web, ready=ready) if code is None else ended(web, code)
    return base._replace(name=f"web-{number}", uid=f"uid-{number}")


def _view(planned: PlannedService, *pods: PodState, jobs: tuple[JobState, ...] = ()) -> ServiceView:
    applied = {key: "uid-job" if key.kind == "Job" else f"uid-{key.name[-1]}" for key in planned.workloads}
    return service_view(planned, seen(*pods, jobs=jobs), applied, NOW, Limits())


def test_a_service_stands_where_its_last_replica_does() -> None:
    assert not _view(PAIR, _replica(1)).started
    assert _view(PAIR, _replica(1), _replica(2)).started
    assert not _view(PAIR, _replica(1, ready=True), _replica(2)).healthy
    assert _view(PAIR, _replica(1, ready=True), _replica(2, ready=True)).healthy
    assert not _view(PAIR, _replica(1, 0), _replica(2)).ended


@pytest.mark.parametrize(("codes", "code"), [((0, 0), 0), ((0, 4), 4), ((4, 0), 4)])
def test_the_code_of_several_replicas_is_one_that_is_not_0(codes: tuple[int, int], code: int) -> None:
    assert _view(PAIR, _replica(1, codes[0]), _replica(2, codes[1])).exit_code == code


def _try(number: int, code: int) -> PodState:
    return _replica(number, code)._replace(job="web", created=NOW - 10 + number)


def test_a_job_that_may_try_again_has_not_ended() -> None:
    assert not _view(JOB, _try(1, 3), jobs=(JobState("web", "uid-job"),)).ended


def test_a_job_that_completed_in_a_later_try_has_succeeded() -> None:
    view = _view(JOB, _try(1, 3), _try(2, 0), jobs=(JobState("web", "uid-job", complete=True),))
    assert (view.ended, view.exit_code) == (True, 0)


def test_a_job_that_gave_up_has_the_code_of_its_last_try() -> None:
    view = _view(JOB, _try(1, 3), _try(2, 4), jobs=(JobState("web", "uid-job", failed="BackoffLimitExceeded"),))
    assert (view.ended, view.exit_code) == (True, 4)


def test_a_container_that_restarts_has_started() -> None:
    waits = ContainerState("web", "i", Phase.WAITING, reason="CrashLoopBackOff", restarts=1)
    assert _view(PAIR, _replica(1)._replace(containers=(waits,)), _replica(2)).started


def _refusal(kind: str, name: str, *, subject: str = "", ago: float = 5) -> EventState:
    return EventState(
        subject, name, "FailedCreate", "exceeded quota: q", warning=True, times=3, last=NOW - ago, kind=kind
    )


@pytest.mark.parametrize(
    ("kind", "event", "told"),
    [
        ("Deployment", _refusal("ReplicaSet", "web-5d4f"), True),
        ("Deployment", _refusal("ReplicaSet", "other-web-5d4f"), False),
        ("Deployment", _refusal("ReplicaSet", "web-5d4f", ago=600), False),
        ("StatefulSet", _refusal("StatefulSet", "web", subject="uid"), True),
        ("StatefulSet", _refusal("StatefulSet", "web", subject="uid of another"), False),
    ],
)
def test_a_controller_whose_pods_are_refused_says_so_in_events(kind: str, event: EventState, *, told: bool) -> None:
    key = ResourceKey(kind, "web")
    planned = service("web")._replace(workloads=(key,), replicas=1)
    found = service_view(planned, Observed(events=(event,)), {key: "uid"}, NOW, Limits())
    assert (found.trouble is not None) is told
    if found.trouble is not None:
        assert found.trouble.message == "its pod cannot be made: exceeded quota: q"
