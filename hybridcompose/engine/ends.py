"""When a run is over: what each way of calling `up` waits for. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.decide import Decision, Failure, Kind
from hybridcompose.cluster.health import unhealthy
from hybridcompose.plan import Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from hybridcompose.cluster.views import ServiceView

#: The exit code of a run that is over, or why it failed; ``None`` while it goes on.
End = int | Failure | None


def built(decision: Decision, now: float) -> End:
    """Every image is there."""
    return 0 if decision.built else None


def started(decision: Decision, now: float) -> End:
    """Every container has begun: what `up -d` waits for."""
    return 0 if all(view.started or view.ended for view in decision.services.values()) else None


def ready(decision: Decision, now: float) -> End:
    """Every service is healthy, runs without a health check, or has ended with 0: what `up --wait` waits for."""
    for name, view in decision.services.items():
        problem = f"{name} exited with code {view.exit_code}" if view.exit_code else unhealthy(view, now)
        if problem:
            return _failure(view, problem)
    return 0 if all(view.healthy or view.ended for view in decision.services.values()) else None


def all_ended(services: Collection[str] = ()) -> Callable[[Decision, float], End]:
    """These services have ended, or all where none is named. How, is not what `up` exits with, as in Docker Compose."""

    def end(decision: Decision, now: float) -> End:
        views = decision.services
        return 0 if all(views[name].ended for name in services or views) else None

    return end


def first_ended(decision: Decision, now: float) -> End:
    """A service has ended: `up --abort-on-container-exit`. One-shots that others await may end with 0 before."""
    awaited = _awaited(decision)
    running = [view for view in decision.services.values() if view.pods]  # a service may have no replicas
    over = [view for view in running if view.ended and (view.exit_code or view.service.name not in awaited)]
    if over:
        return min(over, key=_ended_at).exit_code
    return all_ended()(decision, now)


def first_failed(decision: Decision, now: float) -> End:
    """A service has ended with another code than 0: `up --abort-on-container-failure`."""
    over = [view for view in decision.services.values() if view.ended and view.exit_code]
    return min(over, key=_ended_at).exit_code if over else all_ended()(decision, now)


def ended_with_code_of(service: str) -> Callable[[Decision, float], End]:
    """One service has ended, or another has failed before: `up --exit-code-from`."""

    def end(decision: Decision, now: float) -> End:
        if decision.services[service].ended:
            return decision.services[service].exit_code
        for name, view in decision.services.items():
            if view.exit_code:
                return _failure(view, f"{name} exited with code {view.exit_code} before {service} had ended")
        return None

    return end


def _awaited(decision: Decision) -> set[str]:
    needs = (need for view in decision.services.values() for need in view.service.needs)
    return {need.service for need in needs if need.condition is Condition.COMPLETED}


def _ended_at(view: ServiceView) -> float:
    return max((pod.main.since for pod in view.pods if pod.main is not None), default=0.0)


def _failure(view: ServiceView, message: str) -> Failure:
    pod = next((pod for pod in view.pods if pod.exit_code or not pod.ready), None)
    container = pod.main.name if pod and pod.main else ""
    return Failure(Kind.SERVICE, view.service.name, message, pod.name if pod else "", container)
