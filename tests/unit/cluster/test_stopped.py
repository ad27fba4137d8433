"""What is kept of a workload that was stopped."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from hybridcompose.cluster.identity import config_hash, marked
from hybridcompose.cluster.stopped import Stopped, manifest_of, read, record
from hybridcompose.plan import Resource
from tests.unit.cluster.worlds import ended, pod, service

_LABELS = {"hybridcompose.io/project": "demo", "hybridcompose.io/service": "web"}
_APPLIED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "labels": _LABELS, "annotations": {"hybridcompose.io/depends-on": "cache,db"}},
    "spec": {"containers": [{"name": "main", "image": "i", "readinessProbe": {"exec": {"command": ["true"]}}}]},
}


def _live(applied: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """The object as a server gives it, which has written into it."""
    live = copy.deepcopy(applied)
    live["metadata"] |= {"uid": "u", "resourceVersion": "7", "managedFields": [{}], "generation": 1}
    live["spec"] |= spec
    return {**live, "status": {"phase": "Running"}}


def test_a_pod_is_kept_without_what_the_cluster_has_written_into_it() -> None:
    assert manifest_of(_live(_APPLIED, nodeName="n", priority=0, preemptionPolicy="x")).manifest == _APPLIED


def test_the_live_object_is_not_changed() -> None:
    live = _live(_APPLIED, nodeName="n")
    manifest_of(live)
    assert live["spec"]["nodeName"] == "n"


def test_a_job_is_kept_without_the_labels_of_its_controller() -> None:
    template = {
        "metadata": {"labels": {**_LABELS}},
        "spec": {"containers": [{"name": "main"}], "restartPolicy": "Never"},
    }
    job = {**_APPLIED, "apiVersion": "batch/v1", "kind": "Job", "spec": {"backoffLimit": 2, "template": template}}
    live = _live(job, selector={"matchLabels": {"batch.kubernetes.io/controller-uid": "u"}})
    live["spec"]["template"]["metadata"]["labels"] |= {"controller-uid": "u", "batch.kubernetes.io/job-name": "web"}
    assert manifest_of(live).manifest == job


@pytest.mark.parametrize("code", [0, 3])
def test_what_is_recorded_can_be_read_again(code: int) -> None:
    over = ended(service("web"), code)
    stopped = Stopped(manifest_of(_live(_APPLIED)), (over,))
    again = read(record(stopped).manifest)
    assert again.resource.manifest == stopped.resource.manifest
    assert [(one.name, one.uid, one.finished, one.exit_code) for one in again.containers] == [
        (over.name, over.uid, True, code)
    ]


def test_what_was_removed_before_it_could_end_counts_as_killed() -> None:
    again = read(record(Stopped(manifest_of(_live(_APPLIED)), (pod(service("web")),))).manifest)
    assert again.containers[0].exit_code == 137


def test_its_record_belongs_to_the_service_and_is_marked() -> None:
    labels = record(Stopped(Resource(_APPLIED, (), ""))).manifest["metadata"]["labels"]
    assert labels == {**_LABELS, "hybridcompose.io/stopped": "true"}


def test_it_says_what_must_be_there_before_it() -> None:
    stopped = Stopped(Resource(_APPLIED, (), ""))
    assert (stopped.service, stopped.depends_on, stopped.container) == ("web", ("cache", "db"), "main")
    assert (stopped.checked, stopped.replicas, stopped.services) == (True, None, frozenset({"web"}))


def test_a_pod_of_several_services_is_each_of_them() -> None:
    shared = copy.deepcopy(_APPLIED)
    shared["metadata"]["annotations"]["hybridcompose.io/containers"] = '{"main":"web","side":"log"}'
    assert Stopped(Resource(shared, (), "")).services == {"web", "log"}


def test_what_starts_again_is_what_the_next_up_would_make() -> None:
    planned = Resource(_APPLIED, (), "")
    applied = marked(planned, ["db", "cache"])
    again = manifest_of(_live(applied.manifest, terminationGracePeriodSeconds=30))
    assert config_hash(again) == config_hash(planned)
    assert marked(again).manifest["metadata"] == applied.manifest["metadata"]
