"""``wait``: until a service has ended."""

from __future__ import annotations

import math
import time
from itertools import chain
from typing import TYPE_CHECKING

from hybridcompose.cluster.observe import Observer
from hybridcompose.cluster.stopped import recorded
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity, TimedOutError
from hybridcompose.engine.target import existing
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hybridcompose.cluster.state import Observed, PodState
    from hybridcompose.engine.target import Target

#: Seconds in which who stops a service notes down how it has ended.
_NOTED = 15.0
#: What a program exits with that is killed, so that nobody sees it end.
_KILLED = 137


def wait(target: Target, services: Collection[str], *, seconds: float | None = None) -> tuple[str, int]:
    """The first of the services that has ended, and its exit code; also of what is stopped, before or meanwhile.

    Raises ``ClusterError`` where one of them has no container, ``TimedOutError`` after ``seconds``.
    """
    existing(target)
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    awaited = [_Awaited(target, name) for name in services]
    with Observer(target.api, target.namespace, target.selector) as observer:
        version, seen = observer.wait(-1, 0)
        for one in awaited:
            one.check(seen)
        while (over := _first(awaited, seen)) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                message = f"{', '.join(services)} did not end within {seconds:g} s"
                raise TimedOutError([Diagnostic(Code.TIMED_OUT, Severity.ERROR, message)])
            version, seen = observer.wait(version, min(1 if any(one.is_gone for one in awaited) else 60, left))
        return over


def _first(awaited: Sequence[_Awaited], seen: Observed) -> tuple[str, int] | None:
    codes = ((one.name, one.code(seen)) for one in awaited)
    return next(((name, code) for name, code in codes if code is not None), None)


class _Awaited:
    """A service that is awaited, with its pods as they were last seen."""

    def __init__(self, target: Target, name: str) -> None:
        self._target, self.name, self._label = target, name, label_value(name)
        self._pods: tuple[PodState, ...] = ()
        self._since: float | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it has no pods any more, and how it has ended is not known yet."""
        return self._since is not None

    def check(self, seen: Observed) -> None:
        """Raises ``ClusterError`` where it neither runs nor was stopped."""
        if not seen.pods_of(self._label) and self._stopped() is None:
            raise not_running(self.name, self._target)

    def code(self, seen: Observed) -> int | None:
        """Its exit code once it has ended."""
        pods = seen.pods_of(self._label)
        if not pods:
            return self._code_of_what_is_gone()
        self._pods, self._since = pods, None
        jobs = {pod.job for pod in pods if pod.job}
        over = all(job in seen.jobs and seen.jobs[job].finished for job in jobs)
        if not over or not all(pod.finished for pod in pods):
            return None
        done = jobs and all(seen.jobs[job].complete for job in jobs)
        return 0 if done else _worst(pods)

    def _code_of_what_is_gone(self) -> int | None:
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        ended = self._stopped() or (self._pods if all(pod.over for pod in self._pods) else ())
        return _worst(ended or self._pods) if ended or now - self._since > _NOTED else None

    def _stopped(self) -> tuple[PodState, ...] | None:
        """How its containers have ended where `stop` or `kill` has noted it down; ``None`` where none has."""
        found = [
            one
            for one in recorded(self._target.api, self._target.namespace, self._target.selector)
            if self._label in one.services
        ]
        pods = chain.from_iterable(one.containers for one in found)
        return tuple(pod for pod in pods if pod.service == self._label) if found else None


def _worst(pods: Collection[PodState]) -> int:
    return max((_KILLED if pod.exit_code is None else pod.exit_code for pod in pods), default=_KILLED)


def not_running(service: str, target: Target) -> ClusterError:
    message = f"the service {service} has no container in the namespace {target.namespace}"
    remedy = "correct the name, or run up first"
    return ClusterError([Diagnostic(Code.NOT_RUNNING, Severity.ERROR, message, remedy=remedy)])
