"""Answers of an API server, cut down to what is read and a little more."""

from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.cluster import parse
from hybridcompose.cluster.state import ContainerState, Observed, Phase, PodState
from hybridcompose.plan import Health

_META: dict[str, Any] = {
    "name": "web",
    "namespace": "demo",
    "uid": "e74bf0ad-8953-455f-979c-81ec9596adbf",
    "resourceVersion": "986",
    "creationTimestamp": "2026-11-24T00:57:21Z",
    "labels": {"hybridcompose.io/service": "web"},
    "annotations": {"hybridcompose.io/config-hash": "0123456789abcdef"},
}
_SPEC: dict[str, Any] = {
    "restartPolicy": "Never",
    "initContainers": [{"name": "prepare-volumes", "image": "busybox"}],
    "containers": [
        {
            "name": "web",
            "image": "nginx",
            "command": ["nginx"],
            "args": ["-g", "daemon off;"],
            "ports": [{"containerPort": 80, "protocol": "TCP"}],
            "readinessProbe": {"exec": {"command": ["true"]}},
        }
    ],
}


def _pod(**status: Any) -> Any:
    return {"metadata": _META, "spec": _SPEC, "status": status}


def _status(name: str, state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "nginx", "restartCount": 0, "ready": False, "state": state, **more}


def test_a_pod_that_was_just_made_has_waiting_containers() -> None:
    pod = parse.pod(_pod(phase="Pending"))
    assert (pod.name, pod.service, pod.phase, pod.config_hash) == ("web", "web", "Pending", "0123456789abcdef")
    assert pod.containers == (
        ContainerState("prepare-volumes", "busybox", init=True),
        ContainerState("web", "nginx"),
    )
    assert (pod.command, pod.ports) == (("nginx", "-g", "daemon off;"), ("80/tcp",))
    assert pod.checked
    assert pod.created == 1795481841.0
    assert pod.exit_code is None


def test_a_pod_that_runs_is_ready_when_its_condition_says_so() -> None:
    pod = parse.pod(
        _pod(
            phase="Running",
            conditions=[{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
            containerStatuses=[
                _status("web", {"running": {"startedAt": "2026-11-24T00:57:31Z"}}, ready=True, restartCount=2)
            ],
        )
    )
    assert pod.ready
    assert pod.unschedulable == ""
    assert pod.main is not None
    assert (pod.main.phase, pod.main.since - pod.created, pod.main.restarts) == (Phase.RUNNING, 10.0, 2)


@pytest.mark.parametrize(
    ("since", "began", "was_ready"),
    [
        ("2026-11-24T00:57:21Z", "2026-11-24T00:57:23Z", False),
        ("2026-11-24T00:58:00Z", "2026-11-24T00:57:23Z", True),
        ("2026-11-24T00:58:00Z", "2026-11-24T00:58:09Z", False),
    ],
    ids=["never", "before", "before it was started again"],
)
def test_a_pod_that_is_no_longer_ready_has_been(since: str, began: str, was_ready: bool) -> None:
    condition = {"type": "Ready", "status": "False", "lastTransitionTime": since}
    running = _status("web", {"running": {"startedAt": began}})
    pod = parse.pod(_pod(phase="Running", conditions=[condition], containerStatuses=[running]))
    assert pod.was_ready is was_ready


def test_the_exit_code_is_that_of_the_services_container() -> None:
    ended = {"terminated": {"exitCode": 3, "reason": "Error", "finishedAt": "2026-11-24T00:57:31Z"}}
    done = {"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": "2026-11-24T00:57:22Z"}}
    pod = parse.pod(
        _pod(
            phase="Failed",
            initContainerStatuses=[_status("prepare-volumes", done)],
            containerStatuses=[_status("web", ended)],
        )
    )
    assert (pod.finished, pod.exit_code) == (True, 3)


def test_a_pod_that_never_ran_its_program_has_failed_with_1() -> None:
    pod = parse.pod(_pod(phase="Failed", reason="Evicted", message="The node was low on resource: memory."))
    assert (pod.exit_code, pod.reason) == (1, "Evicted")


def test_an_image_that_is_not_there_is_told_by_the_container() -> None:
    message = 'Back-off pulling image "nope:1": ErrImagePull: not found'
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": message}}
    pod = parse.pod(_pod(phase="Pending", containerStatuses=[_status("web", waiting)]))
    assert pod.main is not None
    assert (pod.main.phase, pod.main.reason, pod.main.message) == (Phase.WAITING, "ImagePullBackOff", message)


def test_what_the_scheduler_says_is_kept_with_its_time() -> None:
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/1 nodes are available: 1 Insufficient cpu.",
        "lastTransitionTime": "2026-11-24T00:57:22Z",
    }
    pod = parse.pod(_pod(phase="Pending", conditions=[condition]))
    assert pod.unschedulable == "0/1 nodes are available: 1 Insufficient cpu."
    assert pod.unschedulable_since - pod.created == 1.0


def test_a_pod_on_its_way_out_is_known_as_such() -> None:
    body = _pod(phase="Running")
    body["metadata"] = {**_META, "deletionTimestamp": "2026-11-24T00:58:00Z"}
    assert parse.pod(body).deleting


def _job(*conditions: dict[str, str]) -> Any:
    status = {"ready": 0, "startTime": "2026-11-24T00:57:21Z", "conditions": list(conditions)}
    return {"metadata": _META, "spec": {"backoffLimit": 0}, "status": status}


def test_a_job_is_neither_complete_nor_failed_while_it_runs() -> None:
    job = parse.job(_job())
    assert (job.complete, job.failed, job.finished) == (False, "", False)


def test_a_job_is_complete_when_its_condition_says_so() -> None:
    criteria = {"type": "SuccessCriteriaMet", "status": "True"}
    assert parse.job(_job(criteria)).complete is False
    assert parse.job(_job(criteria, {"type": "Complete", "status": "True"})).complete


def test_a_job_that_failed_says_why() -> None:
    condition = {
        "type": "Failed",
        "status": "True",
        "reason": "BackoffLimitExceeded",
        "message": "Job has reached the specified backoff limit",
    }
    assert parse.job(_job(condition)).failed == "BackoffLimitExceeded: Job has reached the specified backoff limit"


def test_an_event_belongs_to_the_object_that_it_is_about() -> None:
    event = parse.event(
        {
            "count": 2,
            "eventTime": None,
            "firstTimestamp": "2026-11-24T00:57:21Z",
            "involvedObject": {"kind": "Job", "name": "j", "uid": "job-uid"},
            "lastTimestamp": "2026-11-24T00:57:22Z",
            "message": 'Error creating: pods "j-tmdvc" is forbidden: exceeded quota: small',
            "metadata": {"name": "j.18ead538b6e1bf1f", "uid": "9bd4", "creationTimestamp": "2026-11-24T00:57:21Z"},
            "reason": "FailedCreate",
            "type": "Warning",
        }
    )
    assert (event.reason, event.warning, event.times, event.last) == ("FailedCreate", True, 2, 1795481842.0)
    assert Observed(events=(event,)).events_of("job-uid") == (event,)
    assert Observed(events=(event,)).events_of("j") == ()


def test_an_event_of_a_pod_names_the_container_that_it_is_about() -> None:
    subject = {"kind": "Pod", "name": "web", "uid": "u", "fieldPath": "spec.containers{web}"}
    body = {"involvedObject": subject, "metadata": {"uid": "e", "creationTimestamp": "2026-11-24T00:57:21Z"}}
    assert parse.event(body).container == "web"
    sidecar = {**body, "involvedObject": {**subject, "fieldPath": "spec.initContainers{vpn}"}}
    assert parse.event(sidecar).container == "vpn"


def test_a_pod_has_the_times_of_its_check_and_the_period_in_which_failures_do_not_count() -> None:
    probe = {"exec": {"command": ["true"]}, "periodSeconds": 2, "timeoutSeconds": 4, "failureThreshold": 5}
    body = _pod(phase="Running")
    body["spec"] = {**_SPEC, "containers": [{**_SPEC["containers"][-1], "readinessProbe": probe}]}
    assert parse.pod(body).health == Health(start_period=0, interval=2, timeout=4, retries=5)
    body["metadata"] = {**_META, "annotations": {"hybridcompose.io/start-periods": '{"web": 1.5}'}}
    assert parse.pod(body).health == Health(start_period=1.5, interval=2, timeout=4, retries=5)


def test_an_event_of_the_newer_form_counts_in_its_series() -> None:
    event = parse.event(
        {
            "eventTime": "2026-11-24T00:57:21.123456Z",
            "involvedObject": {"kind": "Pod", "name": "web", "uid": "u"},
            "metadata": {"name": "web.1", "uid": "e", "creationTimestamp": "2026-11-24T00:57:21Z"},
            "reason": "FailedScheduling",
            "series": {"count": 4, "lastObservedTime": "2026-11-24T00:57:41.000000Z"},
            "type": "Warning",
        }
    )
    assert (event.times, event.last) == (4, 1795481861.0)


def shared(policy: str = "Never", **states: Any) -> PodState:
    """A pod with the sidecar `vpn` and the services `app` and `job`."""
    containers = [{"name": name, "image": name, "command": [name]} for name in ("app", "job")]
    told = {name: {"name": name, "image": name, **given} for name, given in states.items()}
    return parse.pod(
        {
            "metadata": {
                "name": "vpn",
                "uid": "1",
                "labels": {"hybridcompose.io/service": "vpn"},
                "annotations": {"hybridcompose.io/containers": '{"app":"app","job":"job_1","vpn":"vpn"}'},
            },
            "spec": {
                "restartPolicy": policy,
                "initContainers": [
                    {"name": "prepare-volumes", "image": "t"},
                    {"name": "vpn", "image": "v", "restartPolicy": "Always", "readinessProbe": {}},
                ],
                "containers": containers,
            },
            "status": {
                "phase": "Running",
                "containerStatuses": [told[name] for name in ("app", "job") if name in told],
                "initContainerStatuses": [told[name] for name in ("vpn",) if name in told],
            },
        }
    )


RUNNING = {"state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}, "ready": True}


def ended(code: int) -> dict[str, Any]:
    return {"state": {"terminated": {"exitCode": code, "finishedAt": "2026-01-01T00:00:00Z"}}, "ready": False}


def part(pod: PodState, service: str) -> PodState:
    (found,) = Observed({pod.name: pod}).pods_of(service)
    return found


def test_a_pod_of_several_services_is_one_for_each() -> None:
    pod = shared(app=RUNNING, job=RUNNING, vpn=RUNNING)
    assert [(found.service, found.main.name if found.main else "") for found in pod.parts] == [
        ("app", "app"),
        ("job_1", "job"),
        ("vpn", "vpn"),
    ]
    assert len({found.key for found in pod.parts}) == 3
    assert {found.uid for found in pod.parts} == {"1"}
    assert [found.checked for found in pod.parts] == [False, False, True]
    assert part(pod, "job_1").command == ("job",)


def test_a_service_that_has_ended_is_over_while_its_pod_goes_on() -> None:
    pod = shared(app=RUNNING, job=ended(3), vpn=RUNNING)
    job, app = part(pod, "job_1"), part(pod, "app")
    assert (job.finished, job.exit_code, job.alive, job.ready) == (True, 3, True, False)
    assert (app.finished, app.ready) == (False, True)


@pytest.mark.parametrize(
    ("policy", "code", "over"), [("Always", 0, False), ("OnFailure", 0, True), ("OnFailure", 1, False)]
)
def test_a_service_that_is_started_again_is_not_over(policy: str, code: int, over: bool) -> None:
    assert part(shared(policy, job=ended(code)), "job_1").finished is over


def test_a_sidecar_is_always_started_again() -> None:
    assert not part(shared(app=RUNNING, vpn=ended(1)), "vpn").finished


def test_other_services_are_no_part_of_what_prepares_one() -> None:
    containers = part(shared(app=RUNNING, vpn=RUNNING), "app").containers
    assert [(container.name, container.init) for container in containers] == [("prepare-volumes", True), ("app", False)]
