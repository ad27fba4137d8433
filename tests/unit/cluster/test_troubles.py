from __future__ import annotations

import pytest

from hybridcompose.cluster.state import ContainerState, Phase, PodState
from hybridcompose.cluster.troubles import Limits, trouble_of
from tests.unit.cluster.worlds import NOW, ended, pod, service, waiting

DB = service("db")
INIT = ContainerState("fill", "busybox", Phase.TERMINATED, init=True, exit_code=2, reason="Error")
EVICTED = ContainerState("db", "busybox", Phase.TERMINATED, reason="Error", exit_code=137)
MAIN = ContainerState("db", "busybox", reason="PodInitializing")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            waiting(DB, "ImagePullBackOff", 'Back-off pulling image "busybox": not found'),
            'the image busybox cannot be pulled: Back-off pulling image "busybox": not found',
        ),
        (waiting(DB, "InvalidImageName"), "the image busybox cannot be pulled (InvalidImageName)"),
        (
            waiting(DB, "CreateContainerConfigError", 'secret "x" not found', created=NOW - 60),
            'the container cannot be made: secret "x" not found',
        ),
        (pod(DB, phase="Failed", containers=(INIT, MAIN)), "its init container fill fails with code 2"),
        (
            pod(DB, phase="Pending", unschedulable="0/1 nodes are available", unschedulable_since=NOW - 1000),
            "no node takes the pod: 0/1 nodes are available",
        ),
        (
            pod(
                DB,
                phase="Pending",
                unschedulable='0/1 nodes are available: persistentvolumeclaim "data" not found. not found',
                unschedulable_since=NOW - 20,
            ),
            'its volumes cannot be mounted: persistentvolumeclaim "data" not found',
        ),
        (
            pod(DB, phase="Failed", containers=(), reason="Evicted", message="low on memory"),
            "the pod was ended: Evicted: low on memory",
        ),
        (
            pod(DB, phase="Failed", containers=(EVICTED,), reason="Evicted", message="low on memory"),
            "the pod was ended: Evicted: low on memory",
        ),
        (
            pod(DB, deleting=True, disrupted="EvictionByEvictionAPI: a node is drained"),
            "the pod is evicted: EvictionByEvictionAPI: a node is drained",
        ),
    ],
)
def test_what_keeps_a_pod_from_running_is_said_in_words(found: PodState, message: str) -> None:
    trouble = trouble_of(found, NOW, Limits())
    assert trouble is not None
    assert trouble.message == message


def test_a_program_that_cannot_be_started_is_told_with_the_runtimes_words() -> None:
    told = 'exec: "nope": executable file not found in $PATH'
    main = ContainerState("db", "busybox", Phase.TERMINATED, reason="StartError", message=told, exit_code=128)
    trouble = trouble_of(pod(DB, phase="Failed", containers=(main,)), NOW, Limits())
    assert trouble is not None
    assert trouble.message == f"the program cannot be started: {told}"


@pytest.mark.parametrize(
    "found",
    [
        pod(DB),
        ended(DB, 0),
        ended(DB, 3),
        waiting(DB, "ContainerCreating"),
        waiting(DB, "ErrImagePull", "a hiccup"),
        waiting(DB, "CreateContainerConfigError", "not seen yet", created=NOW - 1),
        waiting(DB, "CreateContainerError", "context deadline exceeded", created=NOW - 60),
        waiting(DB, "CreateContainerError", 'failed to reserve container name "x": it is reserved', created=NOW - 60),
        waiting(DB, "CrashLoopBackOff", "the restart that the project asks for"),
        pod(DB, phase="Pending", unschedulable="a node may come", unschedulable_since=NOW - 20),
        pod(DB, phase="Pending", unschedulable='persistentvolumeclaim "a" not found', unschedulable_since=NOW - 5),
        pod(DB, phase="Running", restart_policy="OnFailure", containers=(INIT, MAIN)),
    ],
)
def test_what_may_pass_by_itself_is_no_trouble(found: PodState) -> None:
    assert trouble_of(found, NOW, Limits()) is None
