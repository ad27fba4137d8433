"""Why a service will not become healthy any more. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.state import Phase

if TYPE_CHECKING:
    from hybridcompose.cluster.state import PodState
    from hybridcompose.cluster.views import ServiceView
    from hybridcompose.plan import Health

#: How often a container must have been restarted before it is believed to end again: by then, the kubelet has waited
#: for 10, 20 and 40 s between two tries, which is time enough for what it may have missed.
RESTARTS = 4
_BACK_OFF = "CrashLoopBackOff"
#: Seconds that a kubelet may take to tell that a check has succeeded.
SETTLE = 2.0


def unhealthy(view: ServiceView, now: float) -> str | None:
    """Why Docker would call the service unhealthy: no check has succeeded in the time that the health check gives."""
    health = view.service.health
    if view.healthy:
        return None
    if health is None:
        return crashing(view)
    for pod in view.pods:
        limit = seconds_given(health, pod, now)
        if not pod.ready and running_for(pod, now) > limit:
            return f"{view.service.name} is unhealthy: no health check succeeded within {limit:.0f} s"
    return crashing(view)


def running_for(pod: PodState, now: float) -> float:
    """Seconds since the program began; 0 where it does not run."""
    return now - pod.main.since if pod.main is not None and pod.main.phase is Phase.RUNNING else 0.0


def seconds_given(health: Health, pod: PodState, now: float) -> float:
    """How long Docker waits for a first success of these checks: a check and its interval for each try.

    A check that hangs uses up its timeout each time; one that fails at once does not. How long one takes is told by
    how many have failed, since the kubelet begins the next one after it: what Docker starts is never given up here.
    """
    tries = health.start_period + health.retries * health.interval
    longest = tries + health.retries * health.timeout
    began_again = pod.main is not None and pod.main.restarts > 0
    if not pod.failed_checks or began_again:  # some may have failed before it did
        return longest
    mean = running_for(pod, now) / pod.failed_checks
    return min(longest, tries + health.retries * mean + SETTLE)


def crashing(view: ServiceView) -> str | None:
    """Why nobody waits for the service any more although it is started again and again."""
    for pod in view.pods:
        main = pod.main
        if main is not None and main.phase is Phase.WAITING and main.reason == _BACK_OFF and main.restarts >= RESTARTS:
            code = f", the last time with code {main.last_exit_code}" if main.last_exit_code is not None else ""
            return f"{view.service.name} has ended {main.restarts + 1} times{code}: CrashLoopBackOff"
    return None
