"""``wait``: until a service has ended."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from hybridcompose.cluster.observe import Observer
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity, TimedOutError
from hybridcompose.engine.target import existing
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from hybridcompose.cluster.state import Observed
    from hybridcompose.engine.target import Target


def wait(target: Target, services: Collection[str], *, seconds: float | None = None) -> tuple[str, int]:
    """The first of the services that has ended, and its exit code.

    Raises ``ClusterError`` where one of them has no pods, ``TimedOutError`` after ``seconds``.
    """
    existing(target)
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    with Observer(target.api, target.namespace, target.selector) as observer:
        version, seen = observer.wait(-1, 0)
        for name in services:
            if not seen.pods_of(label_value(name)):
                raise not_running(name, target)
        while (over := _first(seen, services)) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                message = f"{', '.join(services)} did not end within {seconds:g} s"
                raise TimedOutError([Diagnostic(Code.TIMED_OUT, Severity.ERROR, message)])
            version, seen = observer.wait(version, min(60, left))
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
