"""``wait``: until a service has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.observe import Observer
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity
from hybridcompose.engine.target import existing
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from hybridcompose.cluster.state import Observed
    from hybridcompose.engine.target import Target


def wait(target: Target, services: Collection[str]) -> tuple[str, int]:
    """The first of the services that has ended, and its exit code.

    Raises ``ClusterError`` where one of them has no pods.
    """
    existing(target)
    with Observer(target.api, target.namespace, target.selector) as observer:
        version, seen = observer.wait(-1, 0)
        for name in services:
            if not seen.pods_of(label_value(name)):
                raise not_running(name, target)
        while (over := _first(seen, services)) is None:
            version, seen = observer.wait(version, 60)
        return over


def _first(seen: Observed, services: Collection[str]) -> tuple[str, int] | None:
    for name in services:
        pods = seen.pods_of(label_value(name))
        jobs = {pod.job for pod in pods if pod.job}
        over = all(job in seen.jobs and seen.jobs[job].finished for job in jobs)
        if over and all(pod.finished for pod in pods):
            done = jobs and all(seen.jobs[job].complete for job in jobs)
            return name, 0 if done else max((pod.exit_code or 0 for pod in pods), default=0)
    return None


def not_running(service: str, target: Target) -> ClusterError:
    message = f"the service {service} has no container in the namespace {target.namespace}"
    remedy = "correct the name, or run up first"
    return ClusterError([Diagnostic(Code.NOT_RUNNING, Severity.ERROR, message, remedy=remedy)])
