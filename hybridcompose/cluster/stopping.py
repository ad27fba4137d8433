"""The order in which services stop: who depends on others goes before them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hybridcompose.cluster.state import JobState, Observed, PodState


def waves(seen: Observed) -> tuple[tuple[str, ...], ...]:
    """The labels of all services that run, in the groups in which they stop, one after the other.

    What a run with `kubectl apply` made does not say what it depends on: it stops with the first.
    """
    running = {pod.service for pod in seen.pods.values() if pod.service}
    needed = {label: set[str]() for label in running}
    workloads: list[PodState | JobState] = [*seen.pods.values(), *seen.jobs.values()]
    for one in workloads:
        if one.service in running:
            needed[one.service] |= running.intersection(one.depends_on) - {one.service}
    found = []
    while needed:
        free = needed.keys() - set[str]().union(*needed.values())
        wave = sorted(free or needed)  # nothing is free in a circle, which no project has
        found.append(tuple(wave))
        for label in wave:
            del needed[label]
    return tuple(found)
