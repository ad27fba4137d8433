"""The pod of a service as an object of its own, or as the template in a controller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.plan import KubeName, Manifest, Resource
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import unused_name
from hybridcompose.translate.ordering import TOOL_SECURITY
from hybridcompose.translate.scope import PodDraft

if TYPE_CHECKING:
    from hybridcompose.translate.scope import ServiceScope

#: Ends at once on SIGTERM, which the first process of a container otherwise ignores.
IDLE = "trap 'exit {}' TERM; sleep 2147483647 & wait"

#: Fields of a container that an init container may not have.
MAIN_ONLY = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")

_API_VERSIONS = {
    "CronJob": "batch/v1",
    "DaemonSet": "apps/v1",
    "Deployment": "apps/v1",
    "Job": "batch/v1",
    "Pod": "v1",
    "StatefulSet": "apps/v1",
}


def resource(scope: ServiceScope, kind: str, name: KubeName, body: Manifest, reason: str) -> Resource:
    """An object of the service; ``body`` holds its spec, and metadata where they are not the usual labels."""
    metadata = body.get("metadata") or {"labels": object_labels(scope.root, scope.name)}
    manifest = {
        "apiVersion": _API_VERSIONS[kind],
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "spec": body["spec"],
    }
    return Resource(manifest, scope.path(), reason)


def template(scope: ServiceScope, draft: PodDraft, restart_policy: str) -> Manifest:
    """Metadata and spec of the service's pod."""
    labels = object_labels(scope.root, scope.name)
    metadata: Manifest = {"labels": {**labels, **draft.labels} if draft.labels else labels}
    if draft.annotations:
        metadata["annotations"] = dict(draft.annotations)
    init_containers = [container for _, container in sorted(draft.init_containers, key=lambda entry: entry[0])]
    spec = {
        **draft.pod,
        "restartPolicy": restart_policy,
        **({"initContainers": init_containers} if init_containers else {}),
        "containers": [container_of(scope, draft), *draft.companions],
        **({"volumes": draft.volumes} if draft.volumes else {}),
    }
    return {"metadata": metadata, "spec": spec}


def container_of(scope: ServiceScope, draft: PodDraft) -> Manifest:
    """The service's container."""
    container: Manifest = {"name": scope.kube_name, **draft.container}
    if draft.mounts:
        container["volumeMounts"] = draft.mounts
    return container


def idle_name(scope: ServiceScope) -> KubeName:
    """The name of the container that does nothing."""
    return unused_name("done", (scope.kube_name,))


def idle_container(scope: ServiceScope, stopped: int = 0) -> Manifest:
    """A main container that does nothing, behind init containers that are what matters.

    ``stopped`` is what it exits with when it is told to stop.
    """
    return {
        "name": idle_name(scope),
        "image": scope.options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", IDLE.format(stopped)],
        "securityContext": TOOL_SECURITY,
    }


def before_idle(scope: ServiceScope, draft: PodDraft, stopped: int = 0) -> PodDraft:
    """The draft with the service as its last init container, and a main container that does nothing."""
    container = {field: value for field, value in container_of(scope, draft).items() if field not in MAIN_ONLY}
    return PodDraft(
        container=idle_container(scope, stopped),
        pod=draft.pod,
        labels=draft.labels,
        annotations=draft.annotations,
        volumes=draft.volumes,
        init_containers=[*draft.init_containers, (PodDraft.SELF, container)],
    )
