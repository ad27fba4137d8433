"""What events alone tell about a pod: that it was evicted, or that what a volume is made of is not there. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hybridcompose.cluster.state import EventState, PodState

#: The kubelet's word, for the reason of a pod and of the event about it.
_EVICTED = "Evicted"
#: An object that is not there, or lacks a key. Of one that it has not heard of yet, the kubelet says something else.
_ABSENT = re.compile(r'(?:secret|configmap) "[^"]+" not found|references non-existent (?:secret|config) key: .+')


def told_by_events(pods: Iterable[PodState], events: Iterable[EventState]) -> dict[str, PodState]:
    """The pods by name, with what their events tell and they themselves do not.

    A program that answers the signal of an eviction with code 0 leaves a pod whose status says ``Succeeded`` and
    nothing of the eviction: a test that was cut short would have passed. Such pods have failed, whatever their
    programs exited with, as have those that failed without a reason. Pods whose volumes cannot be mounted just wait.
    """
    told = {(event.subject, event.reason): event.message for event in events if event.kind == "Pod"}
    found = {}
    for pod in pods:
        for reason, tell in _TELL.items():
            message = told.get((pod.uid, reason))
            if message is not None:
                pod = tell(pod, message)  # noqa: PLW2901  (one after the other)
        found[pod.name] = pod
    return found


def _evicted(pod: PodState, message: str) -> PodState:
    if not pod.finished or pod.reason:
        return pod
    parts = tuple(_evicted(part, message) for part in pod.parts)
    return pod._replace(phase="Failed", reason=_EVICTED, message=message, parts=parts)


def _not_mounted(pod: PodState, message: str) -> PodState:
    absent = _ABSENT.search(message)
    if absent is None or any(container.has_run for container in pod.containers):
        return pod
    parts = tuple(_not_mounted(part, message) for part in pod.parts)
    return pod._replace(absent=absent.group(), parts=parts)


_TELL: Mapping[str, Callable[[PodState, str], PodState]] = {_EVICTED: _evicted, "FailedMount": _not_mounted}
