"""What to do next, from a plan and what was seen. Pure: it can be printed, compared and tested without a cluster."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.health import unhealthy
from hybridcompose.cluster.identity import config_hash, controllers
from hybridcompose.cluster.state import PodState
from hybridcompose.cluster.steps import Adopt, Apply, Remove, Send, Touch
from hybridcompose.cluster.troubles import Limits, Trouble, trouble_of
from hybridcompose.cluster.views import BuildView, ServiceView, build_view, service_view
from hybridcompose.plan import (
    BuiltImage,
    Condition,
    Need,
    Plan,
    PlannedService,
    Resource,
    ResourceKey,
)
from hybridcompose.plan.labels import ROLE
from hybridcompose.plan.pushed import spared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hybridcompose.cluster.state import JobState, Observed
    from hybridcompose.cluster.steps import Step


class Builds(StrEnum):
    """Which images are built: those whose Job has not succeeded yet, all, or none.

    ``current`` are those that are missing, and those that come from a place whose content can change.
    """

    MISSING = "missing"
    CURRENT = "current"
    ALL = "all"
    NONE = "none"


class Run(NamedTuple):
    """What a run has done so far. ``applied`` holds the uid of each object that it made or took over.

    ``touched`` are the uids of finished pods whose Services know it, ``sent`` those of pods that get their build
    context; ``missing`` are the uids of what was deleted by others, with the time at which that was seen, and
    ``stopped`` those of them that `stop` or `kill` has ended, with their services' containers as these have ended.
    ``now`` is in seconds since 1970. At most ``parallel`` Jobs build at the same time (0: any number).
    """

    applied: Mapping[ResourceKey, str] = MappingProxyType({})
    touched: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    missing: Mapping[str, float] = MappingProxyType({})
    stopped: Mapping[str, tuple[PodState, ...]] = MappingProxyType({})
    now: float = 0.0
    builds: Builds = Builds.MISSING
    only_builds: bool = False
    parallel: int = 0
    limits: Limits = Limits()


class Kind(StrEnum):
    """What has failed."""

    BUILD = "build"
    SERVICE = "service"
    TIME = "time"


class Failure(NamedTuple):
    """Why the run cannot go on. ``pod`` and ``container`` are what to look at."""

    kind: Kind
    service: str
    message: str
    pod: str = ""
    container: str = ""


class Decision(NamedTuple):
    """The next steps, or why there are none; and where everything stands."""

    steps: tuple[Step, ...]
    failure: Failure | None
    services: Mapping[str, ServiceView]
    builds: tuple[BuildView, ...]

    @property
    def digests(self) -> dict[str, str]:
        return {view.image.reference: view.digest for view in self.builds if view.digest}

    @property
    def built(self) -> bool:
        return all(view.done for view in self.builds)


def decide(plan: Plan, seen: Observed, run: Run) -> Decision:
    """What can be done now, and whether anything has failed for good."""
    images = [one for one in plan.images if run.builds is not Builds.NONE or one.reference in plan.pushed]
    builds = tuple(
        BuildView(image, done=True, digest=plan.pushed[image.reference])
        if image.reference in plan.pushed
        else build_view(image, seen, run.applied, run.now, run.limits)
        for image in images
    )
    revisions = controllers(plan)
    views = {
        service.name: service_view(
            service, seen, run.applied, run.now, run.limits, revisions, missing=run.missing, stopped=run.stopped
        )
        for service in (() if run.only_builds else plan.services)
    }
    decision = Decision((), None, views, builds)
    failure = next(_failures(plan, decision, seen, run), None)
    if failure is not None:
        return decision._replace(failure=failure)
    return decision._replace(steps=tuple(_once(_steps(plan, seen, run, decision))))


# --- what has failed


def _failures(plan: Plan, decision: Decision, seen: Observed, run: Run) -> Iterator[Failure]:
    for build in decision.builds:
        if build.trouble is not None:
            yield _failure(Kind.BUILD, build.image.service, build.trouble)
    yield from _servers_failures(plan, seen, run)
    for name, view in decision.services.items():
        if view.trouble is not None:
            yield _failure(Kind.SERVICE, name, view.trouble)
    for name, view in decision.services.items():
        if not view.made:
            yield from _broken_needs(name, view, decision, run)


def _servers_failures(plan: Plan, seen: Observed, run: Run) -> Iterator[Failure]:
    """What serves the project, such as its DNS server: services wait for it in init containers.

    A pod with other images is one of an earlier run, which goes when the new one is ready.
    """
    pods = [pod for pod in seen.pods.values() if ROLE in pod.labels and not pod.deleting]
    images = _deployed_images(plan) if pods else frozenset()
    for pod in pods:
        trouble = trouble_of(pod, run.now, run.limits)
        if trouble is not None and images.issuperset(container.image for container in pod.containers):
            yield _failure(Kind.SERVICE, "", trouble._replace(message=f"the pod {pod.name}: {trouble.message}"))


def _deployed_images(plan: Plan) -> frozenset[str]:
    specs = [r.manifest["spec"]["template"]["spec"] for r in plan.resources if r.key.kind == "Deployment"]
    containers = (c for spec in specs for c in (*spec.get("initContainers", ()), *spec["containers"]))
    return frozenset(container["image"] for container in containers)


def _failure(kind: Kind, service: str, trouble: Trouble) -> Failure:
    return Failure(kind, service, trouble.message, trouble.pod, trouble.container)


def _broken_needs(name: str, view: ServiceView, decision: Decision, run: Run) -> Iterator[Failure]:
    for need in view.service.needs:
        other = decision.services[need.service]
        problem = broken(need, other, run.now) if need.required else None
        if problem is not None:
            yield _about(Kind.SERVICE, other, f"{problem}, and {name} depends on it")
        elif need.required and _is_late(need, other, run):
            limit = f"within {run.limits.dependency:.0f} s"
            message = f"{other.service.name} {_WANTED[need.condition]} {limit}, and {name} depends on it"
            yield _about(Kind.TIME, other, message)


_WANTED = {
    Condition.STARTED: "did not start",
    Condition.HEALTHY: "did not become healthy",
    Condition.COMPLETED: "did not end",
}


def _is_late(need: Need, other: ServiceView, run: Run) -> bool:
    return bool(other.since) and not holds(need, other, run.now) and run.now - other.since > run.limits.dependency


def _about(kind: Kind, view: ServiceView, message: str) -> Failure:
    pod = next((pod for pod in view.pods if pod.exit_code or not pod.ready), None)
    container = pod.main.name if pod and pod.main else ""
    return Failure(kind, view.service.name, message, pod.name if pod else "", container)


def broken(need: Need, other: ServiceView, now: float) -> str | None:
    """Why a condition can never hold any more; ``None`` while it can, or does."""
    name = other.service.name
    if need.condition is Condition.COMPLETED:
        return f"{name} exited with code {other.exit_code}" if other.exit_code else None
    if need.condition is Condition.STARTED:
        return None
    if other.ended:
        return f"{name} exited with code {other.exit_code} before it was healthy"
    return unhealthy(other, now)


def holds(need: Need, other: ServiceView, now: float) -> bool:
    """Whether a service may start as far as this dependency goes. An optional one may also have failed."""
    fulfilled = {
        Condition.STARTED: other.started,
        Condition.HEALTHY: other.healthy,
        Condition.COMPLETED: other.ended and other.exit_code == 0,
    }[need.condition]
    return fulfilled or (not need.required and broken(need, other, now) is not None)


# --- what to do


def _steps(plan: Plan, seen: Observed, run: Run, decision: Decision) -> Iterator[Step]:
    workloads = set(chain.from_iterable(service.workloads for service in plan.services))
    jobs = {image.job for image in plan.images}
    resources, needless = plan.by_key(), spared(plan)
    yield from _first([r for r in plan.resources if r.key not in needless], workloads | jobs, run)
    if run.builds is not Builds.NONE:
        yield from _builds(plan, resources, seen, run, decision)
    for build in decision.builds:
        yield from _send(build, run)
    for view in decision.services.values():
        if not view.made and may_start(view.service, decision, run):
            for key in view.service.workloads:
                yield from _workload(resources[key], view.service, decision, seen, run)
        yield from _returned(view.service, resources, seen, run)
        yield from _touches(view, plan.resources, run)


def _once(steps: Iterable[Step]) -> Iterator[Step]:
    """Several Jobs may need one object."""
    made: set[ResourceKey] = set()
    for step in steps:
        if isinstance(step, Apply):
            if step.resource.key in made:
                continue
            made.add(step.resource.key)
        yield step


def _first(resources: Iterable[Resource], later: set[ResourceKey], run: Run) -> Iterator[Step]:
    """What waits for nothing. A run that only builds makes what a Job needs together with that."""
    for resource in () if run.only_builds else resources:
        key = resource.key
        if key not in later and key not in run.applied and not is_of_a_job(resource):
            yield Apply(resource)


def is_of_a_job(resource: Resource) -> bool:
    """Whether it is there for one of the project's jobs, which no start of the project runs."""
    return resource.cause[:1] == ("jobs",)


def _builds(
    plan: Plan, resources: Mapping[ResourceKey, Resource], seen: Observed, run: Run, decision: Decision
) -> Iterator[Step]:
    """A build starts when the images that it takes are there, and not too many others are under way."""
    missing = {view.image.job for view in decision.builds if not view.done}
    anew = {image.job for image in plan.images if _is_built_anew(image, run)}
    free = run.parallel - len(missing.intersection(run.applied)) if run.parallel else len(missing)
    wanted = {image.job for image in plan.images if image.reference not in plan.pushed}
    begun: list[Step] = []
    for key in sorted(wanted.difference(run.applied)):
        if missing.isdisjoint(resources[key].waits_for):
            steps = list(_build(resources[key], resources, seen, run, anew=key in anew))
            if steps and isinstance(steps[-1], Apply):
                if free < 1:
                    continue
                free -= 1
            begun += steps
    # What is made in a row is made together: what Jobs mount, and then all Jobs.
    yield from sorted(begun, key=lambda step: isinstance(step, Apply) and step.resource.key.kind == "Job")


def _is_built_anew(image: BuiltImage, run: Run) -> bool:
    return run.builds is Builds.ALL or (run.builds is Builds.CURRENT and image.floating)


def _build(
    resource: Resource, resources: Mapping[ResourceKey, Resource], seen: Observed, run: Run, *, anew: bool
) -> Iterator[Step]:
    """Makes the Job, after what it mounts, or takes it over from an earlier run."""
    key = resource.key
    job = seen.jobs.get(key.name)
    if job is None:
        for needed in resource.waits_for:
            if needed not in run.applied and needed.kind != key.kind:
                yield Apply(resources[needed])
        yield Apply(resource)
    elif job.failed or anew:
        yield from _away(key, job)
    elif not job.deleting:
        yield Adopt(key, job.uid)


def _send(build: BuildView, run: Run) -> Iterator[Step]:
    context, pod = build.image.context, build.receiver
    if context is not None and pod is not None and pod.uid not in run.sent:
        yield Send(build.image, context, pod)


def may_start(service: PlannedService, decision: Decision, run: Run) -> bool:
    """Whether its images are there and its dependencies' conditions hold."""
    waiting = {view.image.reference for view in decision.builds if not view.done}
    if waiting.intersection(service.images):
        return False
    return all(holds(need, decision.services[need.service], run.now) for need in service.needs)


def _workload(
    resource: Resource, service: PlannedService, decision: Decision, seen: Observed, run: Run
) -> Iterator[Step]:
    key = resource.key
    if key in run.applied:
        return
    there = seen.pods.get(key.name) if key.kind == "Pod" else seen.jobs.get(key.name) if key.kind == "Job" else None
    if there is None:
        yield Apply(pinned(resource, service, decision))
    elif there.config_hash != config_hash(resource) or there.finished or there.deleting or _is_stuck(there, run):
        yield from _away(key, there)
    else:
        yield Adopt(key, there.uid)


def _is_stuck(there: PodState | JobState, run: Run) -> bool:
    """Whether an earlier run has failed for it. What it lacked may be there now, and a new pod finds that at once."""
    return isinstance(there, PodState) and trouble_of(there, run.now, run.limits) is not None


def _returned(
    service: PlannedService, resources: Mapping[ResourceKey, Resource], seen: Observed, run: Run
) -> Iterator[Step]:
    """Takes over what somebody has made just so in the place of what went, as `restart` does."""
    for key in service.workloads:
        if run.applied.get(key) in seen.gone:
            there = seen.pods.get(key.name) if key.kind == "Pod" else seen.jobs.get(key.name)
            if there is not None and not there.deleting and there.config_hash == config_hash(resources[key]):
                yield Adopt(key, there.uid)


def pinned(resource: Resource, service: PlannedService, decision: Decision) -> Resource:
    """The resource with its images' digests, marked with what it was made from and what its service depends on."""
    from hybridcompose.cluster.identity import marked
    from hybridcompose.plan.resolve import resolve

    dependencies = {decision.services[need.service].service.label for need in service.needs}
    return resolve(marked(resource, dependencies), decision.digests)


def _away(key: ResourceKey, there: PodState | JobState) -> Iterator[Step]:
    """A pod cannot be changed: the old one goes first, and only when it is gone the new one comes."""
    if not there.deleting:
        yield Remove(key, there.uid)


def _touches(view: ServiceView, resources: Iterable[Resource], run: Run) -> Iterator[Step]:
    finished = [pod for pod in view.pods if pod.finished and not pod.alive and pod.uid not in run.touched]
    for pod in finished:
        for resource in resources:
            if resource.key.kind == "Service" and _selects(resource, pod):
                yield Touch(resource.key.name, pod)


def _selects(service: Resource, pod: PodState) -> bool:
    selector: Mapping[str, str] = service.manifest["spec"].get("selector", {})
    return bool(selector) and selector.items() <= dict(pod.labels).items()
