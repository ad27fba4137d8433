"""What keeps a pod from ever running, in words. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.state import NEVER_RAN, ContainerState, Phase, PodState

if TYPE_CHECKING:
    from collections.abc import Callable


class Limits(NamedTuple):
    """Seconds after which what may pass by itself counts as final.

    ``unschedulable`` leaves a cluster time to add a node; ``settle`` leaves a kubelet time to see a new object,
    ``back`` leaves `restart` time to make once more what it has deleted.
    """

    dependency: float = 600
    unschedulable: float = 180
    settle: float = 10
    back: float = 15


class Trouble(NamedTuple):
    """Why a pod will not run. ``container`` is the one to look at, empty for the pod as a whole."""

    message: str
    pod: str
    container: str = ""


#: The kubelet has tried and waits before it tries again; the first failure (ErrImagePull) may be a hiccup.
_NOT_PULLED = ("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError")
_NOT_MADE = ("CreateContainerConfigError", "CreateContainerError")
#: A busy node: the kubelet gave up waiting, tries again, and meets its own first try.
_BUSY = ("context deadline exceeded", "failed to reserve container name")
#: What the scheduler says where another node would not help.
_NO_CLAIM = re.compile(r'persistentvolumeclaim "[^"]+" not found')


def trouble_of(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    """The first thing that is wrong for good with a pod; ``None`` for one that runs, may run, or has run."""
    return next((found for check in _CHECKS if (found := check(pod, now, limits)) is not None), None)


def _image(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    for container in pod.containers:
        if container.phase is Phase.WAITING and container.reason in _NOT_PULLED:
            return Trouble(f"the image {container.image} cannot be pulled{_told(container)}", pod.name)
    return None


def _configuration(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    for container in pod.containers:
        busy = any(sign in container.message for sign in _BUSY)
        if container.reason in _NOT_MADE and not busy and now - pod.created > limits.settle:
            return Trouble(f"the container cannot be made{_told(container)}", pod.name)
    return None


def _start(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    for container in pod.containers:
        if container.ended and container.reason in NEVER_RAN:
            return Trouble(f"the program cannot be started{_told(container)}", pod.name)
    return None


def _preparation(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    for container in pod.containers:
        if not container.init:
            continue
        ended = pod.phase == "Failed" and container.ended and container.exit_code
        if ended or container.reason == "CrashLoopBackOff":
            code = f" with code {container.exit_code}" if container.exit_code is not None else ""
            told = f": {' '.join(container.message.split())}" if container.message else ""
            return Trouble(f"its init container {container.name} fails{code}{told}", pod.name, container.name)
    return None


def _volume(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    if pod.absent and now - pod.created > limits.settle:
        return Trouble(f"its volumes cannot be mounted: {pod.absent}", pod.name)
    return None


def _node(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    absent = _NO_CLAIM.search(pod.unschedulable)
    if absent and now - pod.unschedulable_since > limits.settle:
        return Trouble(f"its volumes cannot be mounted: {absent.group()}", pod.name)
    if pod.unschedulable and now - pod.unschedulable_since > limits.unschedulable:
        return Trouble(f"no node takes the pod: {pod.unschedulable}", pod.name)
    return None


def _rejection(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    """Evicted, out of a resource, or past its deadline: what the program exited with then is not its own doing."""
    if pod.phase != "Failed" or not pod.reason:
        return None
    return Trouble(f"the pod was ended: {pod.reason}{f': {pod.message}' if pod.message else ''}", pod.name)


def _disruption(pod: PodState, now: float, limits: Limits) -> Trouble | None:
    """Evicted by somebody who asked for it, or pushed out by what is more important: it is deleted then."""
    if not pod.disrupted or not pod.deleting:
        return None
    return Trouble(f"the pod is evicted: {pod.disrupted}", pod.name)


_CHECKS: tuple[Callable[[PodState, float, Limits], Trouble | None], ...] = (
    _image,
    _configuration,
    _start,
    _preparation,
    _volume,
    _node,
    _rejection,
    _disruption,
)


def _told(container: ContainerState) -> str:
    text = " ".join(container.message.split())
    return f": {text}" if text else f" ({container.reason})"
