"""What the kubelet forgets about a pod that it evicted: that it did. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.cluster.state import EventState, PodState

#: The kubelet's word, for the reason of a pod and of the event about it.
_EVICTED = "Evicted"


def told_by_events(pods: Iterable[PodState], events: Iterable[EventState]) -> dict[str, PodState]:
    """The pods by name; those that ended because they were evicted have failed, whatever their programs exited with.

    A program that answers the signal of an eviction with code 0 leaves a pod whose status says ``Succeeded`` and
    nothing of the eviction: a test that was cut short would have passed. Only the event tells, as it does of a pod
    that has failed without a reason.
    """
    evicted = {event.subject: event.message for event in events if event.reason == _EVICTED and event.kind == "Pod"}
    return {pod.name: _failed(pod, evicted[pod.uid]) if pod.uid in evicted else pod for pod in pods}


def _failed(pod: PodState, message: str) -> PodState:
    if not pod.finished or pod.reason:
        return pod
    parts = tuple(_failed(part, message) for part in pod.parts)
    return pod._replace(phase="Failed", reason=_EVICTED, message=message, parts=parts)
