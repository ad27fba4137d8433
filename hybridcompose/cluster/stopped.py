"""Services that are stopped: Kubernetes knows no pod that exists without running, so its manifest is kept aside.

A ConfigMap for each workload holds what `start` makes it from again, and how its containers ended, for `ps --all`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster.api import path_of
from hybridcompose.cluster.parse import dependencies
from hybridcompose.cluster.state import ContainerState, Phase, PodState
from hybridcompose.plan import Resource
from hybridcompose.plan.labels import CONTAINERS, SERVICE, STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hybridcompose.cluster.api import Api

#: What the API server or a controller has written into an object, by path: it is theirs to write again.
_WRITTEN_BY_CLUSTER = (
    ("spec", "nodeName"),
    ("spec", "ephemeralContainers"),
    ("spec", "priority"),
    ("spec", "preemptionPolicy"),
    ("spec", "template", "metadata", "creationTimestamp"),
    ("spec", "template", "metadata", "labels", "batch.kubernetes.io/controller-uid"),
    ("spec", "template", "metadata", "labels", "batch.kubernetes.io/job-name"),
    ("spec", "template", "metadata", "labels", "controller-uid"),
    ("spec", "template", "metadata", "labels", "job-name"),
    ("metadata", "annotations", "deployment.kubernetes.io/revision"),
)
_OBJECT, _CONTAINERS = "object.json", "containers.json"


class Stopped(NamedTuple):
    """A workload that was removed to stop it. ``containers`` are its services' pods as they were last seen."""

    resource: Resource
    containers: tuple[PodState, ...] = ()

    @property
    def service(self) -> str:
        """The label of the service."""
        return str(self._metadata.get("labels", {}).get(SERVICE, ""))

    @property
    def services(self) -> frozenset[str]:
        """The labels of all services in its pods."""
        template = self.resource.manifest["spec"].get("template", self.resource.manifest)
        parts = template["metadata"].get("annotations", {}).get(CONTAINERS, "{}")
        return frozenset((self.service, *json.loads(parts).values()))

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The labels of the services that must be there before."""
        return dependencies(self._metadata)

    @property
    def container(self) -> str:
        """The name of the service's container."""
        return str(self._main["name"])

    @property
    def checked(self) -> bool:
        """Whether it is asked if it is ready."""
        return "readinessProbe" in self._main

    @property
    def replicas(self) -> int | None:
        """The number of pods that it makes; ``None`` for one that is a pod, or makes one for each node."""
        number: int | None = self.resource.manifest["spec"].get("replicas")
        return number

    @property
    def _metadata(self) -> Mapping[str, Any]:
        metadata: Mapping[str, Any] = self.resource.manifest["metadata"]
        return metadata

    @property
    def _main(self) -> Mapping[str, Any]:
        spec = self.resource.manifest["spec"]
        container: Mapping[str, Any] = spec.get("template", {}).get("spec", spec)["containers"][0]
        return container


def manifest_of(body: Mapping[str, Any]) -> Resource:
    """What to apply to have the object once more, from the object as the API server gives it."""
    metadata = body["metadata"]
    kept = {name: metadata[name] for name in ("name", "labels", "annotations") if metadata.get(name)}
    copy = json.loads(json.dumps({"apiVersion": "", "kind": "", **body, "metadata": kept}))
    copy.pop("status", None)
    for path in _WRITTEN_BY_CLUSTER:
        _drop(copy, path)
    if copy["kind"] == "Job":
        copy["spec"].pop("selector", None)  # made for each Job from its uid
    return Resource(copy, (), "as it ran")


def _drop(body: Any, path: Iterable[str]) -> None:
    *way, last = path
    for step in way:
        body = body.get(step)
        if not isinstance(body, dict):
            return
    body.pop(last, None)


def record(stopped: Stopped) -> Resource:
    """The ConfigMap that remembers it."""
    key = stopped.resource.key
    name = f"stopped-{key.kind.lower()}-{key.name}"[:253]
    labels = {**stopped.resource.manifest["metadata"].get("labels", {}), STOPPED: "true"}
    manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": labels},
        "data": {
            _OBJECT: json.dumps(stopped.resource.manifest, sort_keys=True, separators=(",", ":")),
            _CONTAINERS: json.dumps([_ending(pod) for pod in stopped.containers], separators=(",", ":")),
        },
    }
    return Resource(manifest, (), "what was stopped, and can start again")


def _ending(pod: PodState) -> dict[str, Any]:
    """What is still to be seen of a container that has ended."""
    main = pod.main
    return {
        "name": pod.name,
        "uid": pod.uid,
        "service": pod.service,
        "container": pod.container,
        "image": main.image if main else "",
        "code": 137 if pod.exit_code is None else pod.exit_code,
        "since": main.since if main else 0,
        "created": pod.created,
        "command": pod.command,
        "ports": pod.ports,
    }


def read(body: Mapping[str, Any]) -> Stopped:
    """What such a ConfigMap remembers."""
    data = body["data"]
    resource = Resource(json.loads(data[_OBJECT]), (), "as it ran")
    return Stopped(resource, tuple(map(_ended, json.loads(data[_CONTAINERS]))))


def _ended(told: Mapping[str, Any]) -> PodState:
    code = told["code"]
    main = ContainerState(told["name"], told["image"], Phase.TERMINATED, exit_code=code, since=told["since"])
    return PodState(
        told["name"],
        told["uid"],
        "Failed" if code else "Succeeded",
        (main,),
        service=told["service"],
        created=told["created"],
        command=tuple(told["command"]),
        ports=tuple(told["ports"]),
        container=told["container"],
    )


def recorded(api: Api, namespace: str, selector: str) -> list[Stopped]:
    """Everything of a project that is stopped."""
    return list(map(read, api.get(path_of("ConfigMap", namespace), labelSelector=f"{selector},{STOPPED}")["items"]))
