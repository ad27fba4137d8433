"""Why a service will not become healthy any more. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.state import Phase

if TYPE_CHECKING:
    from hybridcompose.cluster.views import ServiceView

#: How often a container must have been restarted before it is believed to end again: by then, the kubelet has waited
#: for 10, 20 and 40 s between two tries, which is time enough for what it may have missed.
RESTARTS = 4
_BACK_OFF = "CrashLoopBackOff"


def unhealthy(view: ServiceView, now: float) -> str | None:
    """Why Docker would call the service unhealthy: no check has succeeded in the time that the health check gives.

    A check that hangs uses up its timeout each time; one that fails at once does not. Which it is cannot be told
    from a pod's state, so that a service gets the longer time: what Docker starts is never given up here.
    """
    health = view.service.health
    if view.healthy:
        return None
    if health is None:
        return crashing(view)
    limit = health.start_period + health.retries * (health.interval + health.timeout)
    for pod in view.pods:
        running = pod.main.since if pod.main and pod.main.phase == "running" else now
        if not pod.ready and now - running > limit:
            return f"{view.service.name} is unhealthy: no health check succeeded within {limit:.0f} s"
    return crashing(view)


def crashing(view: ServiceView) -> str | None:
    """Why nobody waits for the service any more although it is started again and again."""
    for pod in view.pods:
        main = pod.main
        if main is not None and main.phase is Phase.WAITING and main.reason == _BACK_OFF and main.restarts >= RESTARTS:
            code = f", the last time with code {main.last_exit_code}" if main.last_exit_code is not None else ""
            return f"{view.service.name} has ended {main.restarts + 1} times{code}: CrashLoopBackOff"
    return None
