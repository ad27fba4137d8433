"""How often a pod was told that it is not healthy, which its status does not say before it has been ready. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hybridcompose.cluster.state import EventState, PodState

#: The kubelet's word for a check that has failed, whatever kind of probe it is.
_FAILED = "Unhealthy"


def counted(pods: Mapping[str, PodState], events: Iterable[EventState]) -> dict[str, PodState]:
    """The pods with the failed checks that events tell of each, or of its containers.

    A kubelet tells of each, up to 25 in a row, and then of one in five minutes; an hour later they are forgotten.
    """
    failed: Counter[tuple[str, str]] = Counter()
    for event in events:
        if event.reason == _FAILED:
            failed[event.subject, event.container] += event.times
    return {name: _counted(pod, failed) for name, pod in pods.items()} if failed else dict(pods)


def _counted(pod: PodState, failed: Mapping[tuple[str, str], int]) -> PodState:
    name = pod.container or (pod.main.name if pod.main else "")
    parts = tuple(_counted(part, failed) for part in pod.parts)
    return pod._replace(failed_checks=failed.get((pod.uid, name), 0), parts=parts)
