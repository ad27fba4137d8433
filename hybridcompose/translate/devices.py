"""Devices: extended resources for what a device plugin offers, the node's own devices where the user allows it.

Sources: Compose Specification, "gpus", "devices"; Compose Deploy Specification, "devices", "generic_resources";
Kubernetes, "Device Plugins", "Schedule GPUs".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.identifiers import clean
from hybridcompose.translate.mounts import add_mount, add_volume

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec.runtime import DeviceMapping, DeviceRequest
    from hybridcompose.translate.scope import PodDraft, ServiceScope

#: The extended resources of the vendors' own device plugins, by driver, capability or kind.
RESOURCES: Mapping[str, str] = {
    "": "nvidia.com/gpu",
    "amd": "amd.com/gpu",
    "gpu": "nvidia.com/gpu",
    "intel": "gpu.intel.com/i915",
    "nvidia": "nvidia.com/gpu",
    "nvidia-gpu": "nvidia.com/gpu",
}
_RESOURCE_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
#: A device that the runtime's Container Device Interface knows by name: ``vendor.com/class=name``.
_CDI = re.compile(r"([a-z0-9][-a-z0-9.]*/[A-Za-z0-9][-A-Za-z0-9_.]*)=(.+)")
_DIRECTORIES = ("/dev/bus/usb", "/dev/dri", "/dev/dvb", "/dev/input", "/dev/snd")
_BLOCKS = re.compile(r"/dev/(sd|hd|vd|xvd|nvme|loop|dm-|md|mmcblk|mapper/|disk/).*")


def add_devices(scope: ServiceScope, draft: PodDraft) -> None:
    """Extended resources in the container's limits, host devices among its mounts."""
    counts: dict[str, int] = {}
    for path, request in _requests(scope):
        _add(counts, _resource_of(scope, path, request), _count(scope, path, request))
    for path, kind, value in _generic(scope):
        resource = _known(scope, kind.lower(), kind)
        if resource is None:
            _report_unknown(scope, path, f"the resource {kind!r}", kind)
        _add(counts, resource, value)
    for index, device in enumerate(scope.service.devices):
        cdi = _CDI.fullmatch(device.source)
        if cdi is not None and not device.source.startswith("/"):
            _add(counts, _cdi(scope, index, cdi[1]), 1)
        else:
            _host_device(scope, draft, index, device)
    if counts:
        limits = draft.container.setdefault("resources", {}).setdefault("limits", {})
        limits.update({name: str(count) for name, count in sorted(counts.items())})


def _add(counts: dict[str, int], resource: str | None, count: int) -> None:
    if resource is not None and count > 0:
        counts[resource] = counts.get(resource, 0) + count


def _requests(scope: ServiceScope) -> Iterator[tuple[ComposePath, DeviceRequest]]:
    for index, request in enumerate(scope.service.gpus):
        yield scope.path("gpus", index), request
    deploy = scope.service.deploy
    reserved = deploy.resources.reservations if deploy and deploy.resources else None
    for index, request in enumerate(reserved.devices if reserved else ()):
        yield scope.path("deploy", "resources", "reservations", "devices", index), request


def _generic(scope: ServiceScope) -> Iterator[tuple[ComposePath, str, int]]:
    deploy = scope.service.deploy
    reserved = deploy.resources.reservations if deploy and deploy.resources else None
    for index, entry in enumerate(reserved.generic_resources if reserved else ()):
        wanted = entry.discrete_resource_spec
        if wanted is not None and wanted.kind:
            path = scope.path("deploy", "resources", "reservations", "generic_resources", index)
            yield path, wanted.kind, wanted.value


def _resource_of(scope: ServiceScope, path: ComposePath, request: DeviceRequest) -> str | None:
    """The resource of a request: by its driver, else by a capability that names one."""
    driver = (request.driver or "").lower()
    is_gpu = path[-2] == "gpus"
    names = [driver] if driver or is_gpu else [name.lower() for name in request.capabilities]
    found = next((resource for name in names if (resource := _known(scope, name, name))), None)
    if found is None:
        what = f"the device driver {driver!r}" if driver else f"devices with {', '.join(names) or 'no capability'}"
        _report_unknown(scope, path, what, driver or "DRIVER")
    return found


def _known(scope: ServiceScope, name: str, written: str) -> str | None:
    chosen = _chosen(scope)
    if name in chosen:
        return chosen[name]
    return written if _RESOURCE_NAME.fullmatch(written) else RESOURCES.get(name)


def _chosen(scope: ServiceScope) -> dict[str, str]:
    """The user's own map. Reports entries that are none."""
    chosen = {}
    for entry in scope.options.device_resource:
        name, _, resource = entry.partition("=")
        if name and _RESOURCE_NAME.fullmatch(resource):
            chosen[name.lower()] = resource
        else:
            remedy = "write NAME=RESOURCE, as in nvidia=nvidia.com/gpu"
            scope.report.error(Code.INVALID_OPTION, (), f"device_resource cannot be {entry!r}", remedy)
    return chosen


def _report_unknown(scope: ServiceScope, path: ComposePath, what: str, name: str) -> None:
    message = f"no extended resource is known for {what}: the pod runs without"
    scope.report.warning(Code.NO_EQUIVALENT, path, message, f"name it with --device-resource {name}=RESOURCE")


def _count(scope: ServiceScope, path: ComposePath, request: DeviceRequest) -> int:
    """How many devices: named ones are counted, all become one."""
    if request.device_ids:
        message = f"{len(request.device_ids)} devices are asked for; which ones, the device plugin decides"
        scope.report.note(Code.APPROXIMATED, (*path, "device_ids"), message)
        return len(request.device_ids)
    if request.count < 0:
        message = "all devices of a node cannot be asked for: the pod gets one"
        scope.report.note(Code.APPROXIMATED, (*path, "count"), message, "write a number")
    return request.count if request.count > 0 else 1


def _cdi(scope: ServiceScope, index: int, kind: str) -> str:
    message = f"a device of the kind {kind} becomes one of the extended resource {kind}"
    scope.report.note(Code.APPROXIMATED, scope.path("devices", index), message)
    return kind


def _host_device(scope: ServiceScope, draft: PodDraft, index: int, device: DeviceMapping) -> None:
    path = scope.path("devices", index)
    if not scope.options.allow_host_access:
        message = f"the service uses {device.source} of the machine, which no node of a cluster can be expected to have"
        remedy = "choose --allow-host-access to mount the node's device, or ask a device plugin for it with gpus"
        scope.report.error(Code.HOST_ACCESS, path, message, remedy)
        return
    if not scope.service.privileged:
        message = f"the node's container runtime lets only privileged containers open {device.source}"
        scope.report.warning(Code.HOST_ACCESS, path, message, "write privileged: true, or use a device plugin")
    if device.permissions not in (None, "", "rwm"):
        message = f"whether a device may be read, written or made is not limited here to {device.permissions!r}"
        scope.report.note(Code.APPROXIMATED, (*path, "permissions"), message)
    source = clean(device.source)
    volume = add_volume(draft, f"device-{source}", {"hostPath": {"path": source, "type": _kind(source)}})
    add_mount(scope, draft, {"name": volume, "mountPath": device.target or source}, path)


def _kind(source: str) -> str:
    """What the kubelet must find at the path, or it refuses the pod."""
    if source in _DIRECTORIES:
        return "Directory"
    return "BlockDevice" if _BLOCKS.fullmatch(source) else "CharDevice"
