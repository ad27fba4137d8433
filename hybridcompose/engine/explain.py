"""What a person would have looked up after a failure: the pod's state, its events, its last lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.decide import Failure, Kind
from hybridcompose.cluster.state import Phase
from hybridcompose.cluster.streams.logs import Source, read
from hybridcompose.diagnostics import (
    BuildError,
    ClusterError,
    Code,
    Diagnostic,
    HybridComposeError,
    ServiceError,
    Severity,
    TimedOutError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.cluster.state import ContainerState, Observed, PodState
    from hybridcompose.engine.target import Target

#: Last lines of a log, and last events, that are shown.
TAIL = 20
_EVENTS = 8
#: The reason of events that hold what a health check has written.
_CHECK_FAILED = "Unhealthy"

_ERRORS: dict[Kind, tuple[type[HybridComposeError], Code]] = {
    Kind.BUILD: (BuildError, Code.BUILD_FAILED),
    Kind.SERVICE: (ServiceError, Code.SERVICE_FAILED),
    Kind.TIME: (TimedOutError, Code.TIMED_OUT),
}


def error_of(failure: Failure) -> HybridComposeError:
    """The error that ends the command, at the compose element that it is about."""
    kind, code = _ERRORS[failure.kind]
    path = ("services", failure.service, *(("build",) if failure.kind is Kind.BUILD else ())) if failure.service else ()
    return kind([Diagnostic(code, Severity.ERROR, failure.message, path)])


def explain(target: Target, failure: Failure, seen: Observed) -> Iterator[str]:
    """Lines about the failure, for standard error."""
    pod = seen.pods.get(failure.pod)
    if pod is not None:
        yield f"--- pod {pod.name}: {pod.phase}"
        for container in pod.containers:
            yield f"    {container.name}: {_state(container)}"
        yield from (f"    {condition}" for condition in pod.unmet)
    subject = pod or seen.jobs.get(failure.pod)
    told = [event for event in seen.events_of(subject.uid) if event.warning] if subject else []
    checks = [event for event in told if event.reason == _CHECK_FAILED][-1:]
    events = [event for event in told if event.reason != _CHECK_FAILED][-_EVENTS:] + checks
    if events:
        yield f"--- events of {failure.pod}"
        for event in events:
            times = f" ({event.times} times)" if event.times > 1 else ""
            yield f"    {event.reason}: {event.message}{times}"
    if pod is not None:
        yield from _logs(target, pod, failure.container)


def waits_for(pod: PodState) -> str:
    """What keeps a pod from being ready, in a few words; empty where it does not tell."""
    waiting = next((one for one in pod.containers if one.phase is Phase.WAITING and one.reason), None)
    if waiting is not None:
        told = " ".join(waiting.message.split())
        return f"{waiting.reason}{f': {told}' if told else ''}"
    return "its health check has not succeeded" if pod.checked and pod.main and pod.main.phase is Phase.RUNNING else ""


def _state(container: ContainerState) -> str:
    code = "" if container.exit_code is None else f" with code {container.exit_code}"
    reason = f" ({container.reason})" if container.reason else ""
    restarts = f", {container.restarts} restarts" if container.restarts else ""
    return f"{container.phase}{code}{reason}{restarts}"


def _logs(target: Target, pod: PodState, wanted: str) -> Iterator[str]:
    names = [container.name for container in pod.containers if container.has_run]
    for name in [wanted] if wanted in names else names:
        source = Source(target.namespace, pod.name, name)
        for previous, title in ((True, "before its restart, the last lines"), (False, "the last lines")):
            lines = _tail(target, source, previous=previous)
            if lines:
                yield f"--- {title} of {name} in {pod.name}"
                yield from (f"    {line}" for line in lines)


def _tail(target: Target, source: Source, *, previous: bool) -> list[str]:
    try:
        return read(target.api, source, tail=TAIL, previous=previous).splitlines()
    except ClusterError:  # an explanation must not hide what it explains
        return []
