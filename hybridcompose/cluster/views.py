"""Where each service and each build of a plan stands, from what was seen. Pure."""

from __future__ import annotations

import math
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.state import Phase
from hybridcompose.cluster.troubles import Limits, Trouble, trouble_of
from hybridcompose.plan import ResourceKey

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hybridcompose.cluster.state import EventState, JobState, Observed, PodState
    from hybridcompose.plan import BuiltImage, PlannedService

#: How often the pod of a Job must be refused before that is believed to stay so; the controller tries every second.
_REFUSALS = 3
#: Seconds in which a controller that is refused has told so again.
_RECENT = 60
#: The reason of a Job that was too slow.
_DEADLINE = "DeadlineExceeded"
_DELETED = "its pod was deleted before the build had ended"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ServiceView(NamedTuple):
    """``made``: all its workloads are there. ``exit_code`` is known once it has ``ended``."""

    service: PlannedService
    pods: tuple[PodState, ...] = ()
    made: bool = False
    started: bool = False
    healthy: bool = False
    ended: bool = False
    exit_code: int | None = None
    trouble: Trouble | None = None

    @property
    def since(self) -> float:
        """When its last pod was made; 0 where there is none."""
        return max((pod.created for pod in self.pods), default=0.0)


class BuildView(NamedTuple):
    """``digest`` is what was pushed, where the builder's pod still says so.

    ``made`` says that the run has made the Job or taken it over, ``pod`` is the latest pod of it. ``receiver`` is that
    pod while it waits for the build context.
    """

    image: BuiltImage
    done: bool = False
    digest: str = ""
    trouble: Trouble | None = None
    receiver: PodState | None = None
    made: bool = False
    pod: PodState | None = None

    @property
    def building(self) -> bool:
        """Whether the builder runs, or has run."""
        return self.pod is not None and self.pod.main is not None and self.pod.main.has_run


def service_view(
    service: PlannedService,
    seen: Observed,
    applied: Mapping[ResourceKey, str],
    now: float,
    limits: Limits,
    revisions: Mapping[ResourceKey, str] = MappingProxyType({}),
    *,
    missing: Mapping[str, float] = MappingProxyType({}),
    stopped: Mapping[str, tuple[PodState, ...]] = MappingProxyType({}),
) -> ServiceView:
    """Where a service stands, by the workloads that this run made or took over (``applied``: their uids).

    ``revisions`` is what the pods of controllers must carry, so that those of an earlier form do not count; ``missing``
    tells since when what was deleted is, ``stopped`` how what somebody has stopped has ended.
    """
    over = {key: stopped[uid] for key in service.workloads if (uid := applied.get(key, "")) in stopped}
    pods = tuple(pod for pod in seen.pods_of(service.label) if _belongs(pod, service, applied, revisions))
    pods += tuple(pod for ended in over.values() for pod in ended if pod.service == service.label)
    jobs = [seen.jobs.get(key.name) for key in service.workloads if key.kind == "Job" and key not in over]
    made = all(key in applied for key in service.workloads)
    wanted = len(service.workloads) if service.replicas is None else service.replicas
    complete = made and len(pods) >= wanted
    trouble = next((found for pod in pods if (found := trouble_of(pod, now, limits))), None)
    refused = _refused(service, seen, applied, now) if len(pods) < wanted else None
    ended = complete and (_all_done(jobs) if jobs else all(pod.finished for pod in pods))
    return ServiceView(
        service=service,
        pods=pods,
        made=made,
        started=complete and all(pod.main is not None and pod.main.has_run for pod in pods),
        healthy=complete and all(pod.ready and not pod.finished for pod in pods),
        ended=ended,
        exit_code=_exit_code(pods, jobs) if ended else None,
        trouble=trouble or _deleted(service, applied, missing, now - limits.back, over) or refused,
    )


def _belongs(
    pod: PodState,
    service: PlannedService,
    applied: Mapping[ResourceKey, str],
    revisions: Mapping[ResourceKey, str],
) -> bool:
    for key in service.workloads:
        if key.kind == "Pod" and key.name == pod.name:
            return applied.get(key) == pod.uid
        if key in applied and key.kind == "Job" and key.name == pod.job:
            return not pod.deleting
        if key in applied and key in revisions:
            return not pod.deleting and pod.config_hash == revisions[key]
    return False


def _all_done(jobs: list[JobState | None]) -> bool:
    return all(job is not None and job.finished for job in jobs)


def _exit_code(pods: tuple[PodState, ...], jobs: list[JobState | None]) -> int:
    """The first code that is not 0. A Job that completed in a later try has succeeded."""
    if jobs and all(job is not None and job.complete for job in jobs):
        return 0
    codes = [pod.exit_code for pod in sorted(pods, key=lambda pod: pod.created, reverse=True)]
    return next((code for code in codes if code), 1 if jobs else 0)


def _refused(service: PlannedService, seen: Observed, applied: Mapping[ResourceKey, str], now: float) -> Trouble | None:
    makers = (key for key in service.workloads if key.kind != "Pod" and key in applied)
    found = (_no_pod(key, applied[key], seen, now) for key in makers)
    return next((trouble for trouble in found if trouble is not None), None)


def _deleted(
    service: PlannedService,
    applied: Mapping[ResourceKey, str],
    missing: Mapping[str, float],
    since: float,
    stopped: Collection[ResourceKey],
) -> Trouble | None:
    gone = (key for key in service.workloads if key not in stopped)
    lost = [key.name for key in gone if missing.get(applied.get(key, ""), math.inf) <= since]
    return Trouble("it was deleted by somebody else", lost[0]) if lost else None


def build_view(
    image: BuiltImage, seen: Observed, applied: Mapping[ResourceKey, str], now: float, limits: Limits
) -> BuildView:
    """Where a build stands. A Job that this run has neither made nor taken over does not count."""
    job = seen.jobs.get(image.job.name)
    if image.job not in applied or job is None or job.uid != applied[image.job]:
        return BuildView(image, made=image.job in applied)
    pods = seen.pods_of_job(job.name)
    view = BuildView(image, made=True, pod=pods[-1] if pods else None)
    digest = next((found for pod in reversed(pods) if (found := _digest(pod))), "")
    if digest or (job.complete and not pods):
        return view._replace(done=True, digest=digest)
    receiver = next((pod for pod in pods if _receives(pod, image)), None)
    return view._replace(trouble=_build_trouble(job, pods, seen, now, limits), receiver=receiver)


def _receives(pod: PodState, image: BuiltImage) -> bool:
    name = image.context.container if image.context else None
    return any(container.name == name and container.phase is Phase.RUNNING for container in pod.containers)


def _digest(pod: PodState) -> str:
    """Only a build that has succeeded is believed: pushes into the layer cache write here, too."""
    if pod.phase != "Succeeded" or pod.main is None:
        return ""
    text = pod.main.message.strip()
    return text if _DIGEST.fullmatch(text) else ""


def _build_trouble(
    job: JobState, pods: tuple[PodState, ...], seen: Observed, now: float, limits: Limits
) -> Trouble | None:
    if job.failing.startswith(_DEADLINE):
        return Trouble(
            "the build takes longer than it may, which --build-timeout sets", pods[-1].name if pods else job.name
        )
    for pod in pods:
        if pod.deleting:
            continue  # by whom, its Job tells: it deletes a pod that takes too long before it says so
        found = trouble_of(pod, now, limits)
        if found is not None:
            return found
        if pod.finished and pod.main is not None and pod.exit_code:
            return Trouble(f"the build ended with code {pod.exit_code}", pod.name, pod.main.name)
    if job.failing:
        was_deleted = all(pod.deleting for pod in pods)
        message = _DELETED if was_deleted else f"the build failed: {job.failing}"
        return Trouble(message, pods[-1].name if pods else job.name)
    if not pods:
        return _no_pod(ResourceKey("Job", job.name), job.uid, seen, now)
    return None


def _no_pod(maker: ResourceKey, uid: str, seen: Observed, now: float) -> Trouble | None:
    """A quota or an admission rule that refuses pods is told in events of what makes them only."""
    refusals = [one for one in seen.events if one.reason == "FailedCreate" and _is_about(one, maker, uid, now)]
    if sum(event.times for event in refusals) < _REFUSALS:
        return None
    last = max(refusals, key=lambda event: event.last)
    return Trouble(f"its pod cannot be made: {last.message}", maker.name)


def _is_about(event: EventState, maker: ResourceKey, uid: str, now: float) -> bool:
    """A Deployment's events are those of its ReplicaSet, which is called like it, as was that of an earlier run."""
    if maker.kind == "Deployment":
        return event.kind == "ReplicaSet" and event.name.rpartition("-")[0] == maker.name and now - event.last < _RECENT
    return event.subject == uid
