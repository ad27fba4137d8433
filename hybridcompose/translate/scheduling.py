"""Where a service's pods run, and what of a node they get: placement, devices, the node's namespaces.

Sources: Compose Deploy Specification, "placement", "devices", "generic_resources"; Compose Specification, "gpus",
"devices", "pid", "ipc".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope


def placement(scope: ServiceScope, draft: PodDraft) -> None:
    """``deploy.placement``: affinities and spreading."""
    deploy = scope.service.deploy
    if deploy is not None and deploy.placement is not None and deploy.placement.model_fields_set:
        from hybridcompose.translate.placement import add_placement

        add_placement(scope, draft, deploy.placement)


def update_config(scope: ServiceScope, draft: PodDraft) -> None:
    """``update_config``: says where there is nothing that updates step by step. See ``controllers``."""
    deploy = scope.service.deploy
    if deploy is None or deploy.update_config is None:
        return
    from hybridcompose.translate.options import Workloads

    if scope.options.workloads is Workloads.POD and deploy.mode != "global":
        for key in sorted(_STEPS & deploy.update_config.model_fields_set):
            scope.report.approximated(_UPDATE[key], scope.path("deploy", "update_config", key))


def devices(scope: ServiceScope, draft: PodDraft) -> None:
    """``gpus``, ``devices`` and the reservations of both: extended resources, or devices of the node."""
    deploy = scope.service.deploy
    reserved = deploy.resources.reservations if deploy is not None and deploy.resources is not None else None
    wanted = reserved is not None and (reserved.devices or reserved.generic_resources)
    if wanted or scope.service.gpus or scope.service.devices:
        from hybridcompose.translate.devices import add_devices

        add_devices(scope, draft)


def node_namespaces(scope: ServiceScope, draft: PodDraft) -> None:
    """``pid`` and ``ipc``: the node's, where the user lets pods at their node."""
    for key, field in (("pid", "hostPID"), ("ipc", "hostIPC")):
        value = getattr(scope.service, key)
        if value == "host" and scope.options.allow_host_access:
            scope.report.approximated(_NAMESPACES[key], scope.path(key))
            draft.pod[field] = True
        elif value == "host":
            message = f"the service wants to see all {_SEEN[key]} of the machine, which becomes its node"
            remedy = f"leave out {key}, or choose --allow-host-access"
            scope.report.error(Code.HOST_ACCESS, scope.path(key), message, remedy)
        elif value and value not in ("private", "shareable"):
            _report_shared(scope, key, value)


def _report_shared(scope: ServiceScope, key: str, value: str) -> None:
    kind = value.partition(":")[0]
    if kind not in ("service", "container"):
        message = f"{value!r} is no mode of {key}"
        scope.report.error(Code.INVALID_VALUE, scope.path(key), message, f"write {key}: host, or leave it out")
        return
    scope.report.warning(
        Code.NO_EQUIVALENT,
        scope.path(key),
        f"{key} has no equivalent in Kubernetes. Every service has a pod of its own, which shares no {_SEEN[key]}",
        "let the services talk over the network",
    )


CONCERNS: tuple[Concern, ...] = (placement, update_config, node_namespaces)
#: After what the container's resources are, and the volumes: both get more entries.
LAST_CONCERNS: tuple[Concern, ...] = (devices,)

_SEEN = {"ipc": "shared memory", "pid": "processes"}
_STEPS = frozenset(("order", "parallelism"))

_LIMITS = "spec.containers[].resources.limits"
_RESOURCE = (
    "A device plugin must offer the extended resource on a node. Which device it gives cannot be chosen, and all "
    "devices cannot be asked for: that becomes one."
)
_RESOURCE_REMEDY = "name another resource with --device-resource DRIVER=RESOURCE"
_DEVICE = (
    "The node's device, which only a privileged container may open unless the container runtime is told otherwise."
)
_AFFINITY = "spec.affinity"
_DEPLOY = "services.*.deploy"

_NAMESPACES = {
    key: Row(
        f"services.*.{key}",
        KeyClass.APPROXIMATED,
        f"spec.host{key.upper()}",
        node_namespaces,
        f"With host the container sees the {_SEEN[key]} of its node, only with --allow-host-access; services do not "
        "share theirs.",
        defaults=("private", "shareable"),
    )
    for key in ("ipc", "pid")
}
_UPDATE = {
    key: Row(
        f"{_DEPLOY}.update_config.{key}",
        KeyClass.APPROXIMATED,
        "spec.strategy.rollingUpdate.maxSurge, maxUnavailable",
        update_config,
        "Deployments and DaemonSets are updated so; a pod of its own is replaced as a whole.",
        "choose --workloads deployment",
    )
    for key in sorted(_STEPS)
}


def _requests(path: str, function: Callable[..., object]) -> Iterator[Row]:
    yield Row(path, KeyClass.APPROXIMATED, _LIMITS, function, _RESOURCE, _RESOURCE_REMEDY)
    for part in ("count", "device_ids", "driver"):
        yield Row(f"{path}[].{part}", KeyClass.APPROXIMATED, _LIMITS, function, f"Inherits from {path}.")
    if path.endswith("gpus"):
        note = "A device plugin gives a GPU with all that it can do."
        yield Row(f"{path}[].capabilities", KeyClass.NO_EFFECT, note=note)
    else:
        note = "One of them names the resource where there is no driver, such as gpu."
        yield Row(f"{path}[].capabilities", KeyClass.APPROXIMATED, _LIMITS, function, note)
    for part in ("options", "options.*"):
        note = "A device plugin takes no options of a pod."
        yield Row(f"{path}[].{part}", KeyClass.DIAGNOSED, note=note, remedy="configure the plugin on the nodes")


def _generic() -> Iterator[Row]:
    path = f"{_DEPLOY}.resources.reservations.generic_resources"
    note = "Docker Compose ignores them. A device plugin must offer the extended resource that stands for the kind."
    remedy = "name it with --device-resource KIND=RESOURCE"
    yield Row(path, KeyClass.APPROXIMATED, _LIMITS, devices, note, remedy)
    for part in ("", ".kind", ".value"):
        below = f"{path}[].discrete_resource_spec{part}"
        yield Row(below, KeyClass.APPROXIMATED, _LIMITS, devices, f"Inherits from {path}.")


ROWS: tuple[Row, ...] = (
    *_NAMESPACES.values(),
    *_requests("services.*.gpus", devices),
    *_requests(f"{_DEPLOY}.resources.reservations.devices", devices),
    *_generic(),
    Row("services.*.devices", KeyClass.APPROXIMATED, "spec.volumes[].hostPath", devices, _DEVICE),
    Row("services.*.devices[].source", KeyClass.APPROXIMATED, "spec.volumes[].hostPath.path", devices, _DEVICE),
    Row("services.*.devices[].target", KeyClass.TRANSLATED, "spec.containers[].volumeMounts[].mountPath", devices),
    Row(
        "services.*.devices[].permissions",
        KeyClass.APPROXIMATED,
        "",
        devices,
        "A privileged container may do all with the device, another one nothing.",
    ),
    Row(f"{_DEPLOY}.placement", KeyClass.TRANSLATED, _AFFINITY, placement),
    Row(
        f"{_DEPLOY}.placement.constraints",
        KeyClass.APPROXIMATED,
        f"{_AFFINITY}.nodeAffinity",
        placement,
        "Docker Compose ignores them, Swarm and Kubernetes do not. A manager is a node of the control plane; other "
        "constraints than on labels, host name, platform and role are left out with a warning.",
    ),
    Row(
        f"{_DEPLOY}.placement.max_replicas_per_node",
        KeyClass.APPROXIMATED,
        "spec.affinity.podAntiAffinity, topologySpreadConstraints",
        placement,
        "More than one becomes the most by which two nodes may differ: Kubernetes has no absolute number.",
    ),
    Row(f"{_DEPLOY}.placement.preferences", KeyClass.TRANSLATED, "spec.topologySpreadConstraints", placement),
    Row(f"{_DEPLOY}.placement.preferences[].spread", KeyClass.TRANSLATED, "spec.topologySpreadConstraints", placement),
    Row(f"{_DEPLOY}.update_config", KeyClass.APPROXIMATED, "spec.strategy", update_config, _UPDATE["order"].note),
    *_UPDATE.values(),
)
