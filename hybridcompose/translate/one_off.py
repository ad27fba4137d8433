"""A container that ``run`` starts beside a service's own: the project and the plan of it.

It is made from the service as ``up`` would make it, runs once, and answers to none of the service's names. The rest of
the project is translated as ever, so that what is there already is left as it is.
Source: ``docker compose run --help``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code, Diagnostic, Severity, TranslateError
from hybridcompose.plan import KubeName, Plan, PlannedService, Resource
from hybridcompose.plan.labels import ONE_OFF, SERVICE
from hybridcompose.spec.as_service import job_as_service
from hybridcompose.translate.labels import label_value
from hybridcompose.translate.names import label_name, object_name
from hybridcompose.translate.network import ALIAS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from hybridcompose.plan import Manifest
    from hybridcompose.spec import Project, Service
    from hybridcompose.spec.mounts import VolumeMount

#: What other services have of their own; everything else may be somebody else's, too.
_OWN = frozenset(("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod", "Service"))
#: Room for what is added to a service's name.
_LONGEST = 46


class OneOff(NamedTuple):
    """What is run, and how it differs from its service or job. ``number`` (12 hexadecimal digits) tells runs apart.

    What is empty or ``None`` is as the service says. ``labels`` and ``environment`` are added to its own.
    """

    service: str
    number: str
    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, str | None] = {}
    volumes: tuple[VolumeMount, ...] = ()
    labels: Mapping[str, str] = {}
    user: str = ""
    workdir: str = ""
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    pull: str = ""
    name: str = ""
    dependencies: bool = True
    aliases: bool = False
    stdin: bool = False
    tty: bool = False

    @property
    def pod(self) -> KubeName:
        """The name of its pod."""
        return (
            label_name(self.name) if self.name else object_name(label_name(self.service, _LONGEST), "run", self.number)
        )


def changed(project: Project, one_off: OneOff) -> Project:
    """The project with the service as this run wants it; a job is a service here."""
    name = one_off.service
    service = project.services.get(name) or _job(project, name)
    jobs = {other: job for other, job in project.jobs.items() if other != name}
    services = {**project.services, name: service.model_copy(update=_changes(service, one_off))}
    return project.model_copy(update={"services": services, "jobs": jobs})


def _job(project: Project, name: str) -> Service:
    """Raises ``KeyError`` where the project has no such job."""
    job = project.jobs[name]
    needs = {other: need for other, need in job.depends_on.items() if other not in project.jobs}
    return job_as_service(job).model_copy(update={"depends_on": needs})


def _changes(service: Service, one_off: OneOff) -> dict[str, Any]:
    once = {"mode": None, "replicas": None, "restart_policy": None}
    changes: dict[str, Any] = {
        "restart": None,
        "scale": 1,
        "container_name": None,
        "deploy": service.deploy.model_copy(update=once) if service.deploy else None,
        "environment": {**service.environment, **one_off.environment},
        "labels": {**service.labels, **one_off.labels},
        "volumes": (*_unless_at(service.volumes, one_off.volumes), *one_off.volumes),
        "cap_add": (*service.cap_add, *one_off.cap_add),
        "cap_drop": (*service.cap_drop, *one_off.cap_drop),
    }
    if one_off.entrypoint is not None:
        changes |= {"entrypoint": one_off.entrypoint, "command": one_off.command}
    elif one_off.command:
        changes["command"] = one_off.command
    given = {"user": one_off.user, "working_dir": one_off.workdir, "pull_policy": one_off.pull}
    return changes | {key: value for key, value in given.items() if value}


def _unless_at(mounts: Iterable[VolumeMount], others: Iterable[VolumeMount]) -> tuple[VolumeMount, ...]:
    """What is mounted anew at the same place replaces what was."""
    taken = {mount.target for mount in others}
    return tuple(mount for mount in mounts if mount.target not in taken)


def with_one_off(plan: Plan, one_off: OneOff) -> Plan:
    """The plan (of the changed project) that runs it, after what it depends on.

    Raises ``TranslateError`` where the service is one of several in a pod.
    """
    resources = plan.by_key()
    services = {service.name: service for service in plan.services}
    own = services[one_off.service]
    pod = _pod(resources[own.workloads[0]], own, one_off)
    if len(_services_in(pod)) > 1:
        raise _shares(one_off.service)
    kept = _dependencies(own, services) if one_off.dependencies else {}
    needs = own.needs if one_off.dependencies else ()
    label = label_value(one_off.service) if one_off.aliases else label_value(pod.key.name)
    planned = own._replace(label=label, workloads=(pod.key,), needs=needs, replicas=None)
    names: frozenset[str] = frozenset({*kept, *([one_off.service] if one_off.aliases else [])})
    foreign = {key for service in plan.services if service.name not in kept for key in service.workloads}
    used = {image for service in (planned, *kept.values()) for image in service.images}
    images = tuple(image for image in plan.images if image.reference in used)
    unused = {image.job for image in plan.images} - {image.job for image in images}
    rest = tuple(
        resource
        for resource in plan.resources
        if resource.key not in foreign | unused and (resource.key.kind not in _OWN or _is_of(resource, names, plan))
    )
    every = (*kept.values(), planned)
    return plan._replace(resources=(*rest, pod), images=images, services=every)


def _is_of(resource: Resource, names: frozenset[str], plan: Plan) -> bool:
    """Whether it is there for one of these services, for a build, or for the project as a whole."""
    if resource.key in {image.job for image in plan.images}:
        return True
    return resource.cause[:1] not in (("services",), ("jobs",)) or str(resource.cause[1]) in names


def _dependencies(own: PlannedService, services: Mapping[str, PlannedService]) -> dict[str, PlannedService]:
    found: dict[str, PlannedService] = {}
    pending = [need.service for need in own.needs]
    while pending:
        name = pending.pop()
        if name not in found and name != own.name:
            found[name] = services[name]
            pending += [need.service for need in services[name].needs]
    return dict(sorted(found.items()))


def _pod(workload: Resource, own: PlannedService, one_off: OneOff) -> Resource:
    """The pod of the service's workload, once, under a name of its own."""
    metadata, spec = _template(workload.manifest)
    labels = dict(metadata.get("labels", {}))
    if not one_off.aliases:
        labels = {key: value for key, value in labels.items() if not key.startswith(ALIAS_PREFIX)}
        labels[SERVICE] = label_value(one_off.pod)
    labels[ONE_OFF] = label_value(one_off.service)
    annotations = {"annotations": metadata["annotations"]} if "annotations" in metadata else {}
    containers = [_talking(container, own, one_off) for container in spec["containers"]]
    spec = {**spec, "restartPolicy": "Never", "containers": containers}
    if not one_off.aliases:
        spec.pop("subdomain", None)
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": one_off.pod, "labels": labels, **annotations},
        "spec": spec,
    }
    return Resource(manifest, workload.cause, f"runs {one_off.service} once", workload.waits_for)


def _template(manifest: Manifest) -> tuple[Manifest, Manifest]:
    """Metadata and spec of the pods that a workload makes."""
    spec = manifest["spec"].get("jobTemplate", manifest)["spec"]
    pod = spec.get("template", manifest)
    return pod["metadata"], pod["spec"]


def _talking(container: Manifest, own: PlannedService, one_off: OneOff) -> Manifest:
    if container["name"] != own.container:
        return container
    plain = {key: value for key, value in container.items() if key not in ("stdin", "stdinOnce", "tty")}
    stdin = {"stdin": True, "stdinOnce": True} if one_off.stdin else {}
    return {**plain, **stdin, **({"tty": True} if one_off.tty else {})}


def _services_in(pod: Resource) -> Mapping[str, str]:
    import json

    from hybridcompose.plan.labels import CONTAINERS

    found = (pod.manifest["metadata"].get("annotations") or {}).get(CONTAINERS)
    names: Mapping[str, str] = json.loads(found) if found else {}
    return names


def _shares(service: str) -> TranslateError:
    message = f"{service} shares a network with other services: they are one pod, and nothing runs in it once more"
    remedy = f"exec {service} runs a program in the container that is there"
    path = ("services", service, "network_mode")
    return TranslateError([Diagnostic(Code.NO_EQUIVALENT, Severity.ERROR, message, path, remedy)])
