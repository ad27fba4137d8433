"""Small plans, and clusters as they were seen."""

from __future__ import annotations

from typing import Any

from hybridcompose.cluster.decide import Decision, Run, decide
from hybridcompose.cluster.identity import config_hash
from hybridcompose.cluster.state import ContainerState, JobState, Observed, Phase, PodState
from hybridcompose.plan import BuiltImage, Health, KubeName, Need, Plan, PlannedService, Resource, ResourceKey

NOW = 1_000_000.0
DIGEST = f"sha256:{'d' * 64}"


def resource(kind: str, name: str, **body: Any) -> Resource:
    manifest = {"kind": kind, "metadata": {"name": name}, **body}
    return Resource(manifest, ("services", name), f"exists for {name}")


def service(name: str, *needs: Need, images: tuple[str, ...] = (), health: Health | None = None) -> PlannedService:
    return PlannedService(name, name, KubeName(name), (ResourceKey("Pod", name),), needs, images, health)


def pod_resource(planned: PlannedService) -> Resource:
    image = next(iter(planned.images), "busybox")
    return resource("Pod", planned.name, spec={"containers": [{"name": planned.name, "image": image}]})


def plan(*services: PlannedService, more: tuple[Resource, ...] = ()) -> Plan:
    """A plan of one pod for each service, with a Job for each image that they run."""
    references = sorted({reference for planned in services for reference in planned.images})
    images = tuple(BuiltImage(name, name, name, ResourceKey("Job", f"build-{name}")) for name in references)
    jobs = tuple(
        resource("Job", image.job.name)._replace(waits_for=(ResourceKey("ConfigMap", f"context-{image.service}"),))
        for image in images
    )
    contexts = tuple(resource("ConfigMap", f"context-{name}") for name in references)
    pods = tuple(map(pod_resource, services))
    return Plan("p", None, (*contexts, *more, *jobs, *pods), images, (), services)


def pod(planned: PlannedService, **changes: Any) -> PodState:
    """The pod that the plan of this service makes, running since a moment ago."""
    main = ContainerState(planned.name, "busybox", Phase.RUNNING, since=NOW - 1)
    labels = {"hybridcompose.io/service": planned.name}
    made = PodState(
        planned.name,
        f"uid-{planned.name}",
        "Running",
        (main,),
        service=planned.name,
        created=NOW - 2,
        config_hash=config_hash(pod_resource(planned)),
        labels=labels,
    )
    return made._replace(**changes)


def ended(planned: PlannedService, code: int) -> PodState:
    main = ContainerState(planned.name, "busybox", Phase.TERMINATED, reason="Error", exit_code=code, since=NOW - 1)
    return pod(planned, phase="Failed" if code else "Succeeded", containers=(main,))


def waiting(planned: PlannedService, reason: str, message: str = "", **changes: Any) -> PodState:
    main = ContainerState(planned.name, "busybox", reason=reason, message=message)
    return pod(planned, phase="Pending", containers=(main,), **changes)


def seen(*pods: PodState, jobs: tuple[JobState, ...] = (), gone: tuple[str, ...] = ()) -> Observed:
    return Observed({one.name: one for one in pods}, {job.name: job for job in jobs}, (), frozenset(gone))


def run_of(*pods: PodState, jobs: tuple[JobState, ...] = (), **changes: Any) -> Run:
    """A run that has made these, and everything else but workloads."""
    applied = {ResourceKey("Pod", one.name): one.uid for one in pods}
    applied |= {ResourceKey("Job", job.name): job.uid for job in jobs}
    return Run(applied=applied, now=NOW)._replace(**changes)


def decided(planned: Plan, *pods: PodState, jobs: tuple[JobState, ...] = (), **changes: Any) -> Decision:
    """What is decided when a run has made these pods and Jobs, and sees them."""
    return decide(planned, seen(*pods, jobs=jobs), run_of(*pods, jobs=jobs, **changes))
