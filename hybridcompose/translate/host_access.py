"""Bind mounts of the machine itself: refused, unless the user lets pods at their node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.gather.facts import SourceKind
from hybridcompose.translate.bound import makes_source
from hybridcompose.translate.identifiers import clean

if TYPE_CHECKING:
    from hybridcompose.gather.facts import BoundSource
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.mounts import Mounting

_DOCKER_SOCKETS = ("/run/docker.sock", "/var/run/docker.sock")
_TIME_ZONE = ("/etc/localtime", "/etc/timezone")
_PROPAGATION = {
    "rprivate": "None",
    "private": "None",
    "rslave": "HostToContainer",
    "slave": "HostToContainer",
    "rshared": "Bidirectional",
    "shared": "Bidirectional",
}
_SOCKET_REMEDY = (
    "nodes with containerd have no Docker: build images with `build:`, run a docker:dind service (privileged) and "
    "reach it with DOCKER_HOST, or remove the mount"
)
_REMEDY = (
    "move the files into the project, use a named volume, or choose --allow-host-access to mount the node's "
    "path (hostPath)"
)


def shows_time_zone(at: Mounting) -> bool:
    """Reports and leaves out the host's time zone, which a node need not share."""
    if at.source not in _TIME_ZONE or at.scope.options.allow_host_access:
        return False
    at.scope.report.warning(
        Code.BIND_LEFT_OUT,
        at.path,
        f"{at.source} of this machine is left out: the container keeps its image's time zone",
        "set TZ in the environment",
    )
    return True


def mount_host(at: Mounting, source: BoundSource) -> None:
    """Mounts the node's path, or says why that is refused."""
    is_socket = clean(source.source) in _DOCKER_SOCKETS
    if not at.scope.options.allow_host_access:
        what = "the Docker daemon's socket" if is_socket else f"{source.source} of the host"
        at.scope.report.error(
            Code.HOST_ACCESS,
            at.path,
            f"the service mounts {what}, which no node of a cluster can be expected to have",
            _SOCKET_REMEDY if is_socket else _REMEDY,
        )
        return
    at.scope.report.warning(
        Code.HOST_ACCESS,
        at.path,
        f"{source.source} is that of the node the pod runs on, not of this machine",
        _SOCKET_REMEDY if is_socket else None,
    )
    at.add_mount(at.add_volume("host", {"hostPath": _host_path(at, source)}), None, **_propagation(at))


def _host_path(at: Mounting, source: BoundSource) -> Manifest:
    is_directory = source.kind in (SourceKind.DIRECTORY, SourceKind.MISSING)
    created = {"type": "DirectoryOrCreate"} if makes_source(at.mount) and is_directory else {}
    return {"path": clean(source.source)} | created


def _propagation(at: Mounting) -> Manifest:
    mode = at.mount.bind.propagation if at.mount.bind is not None else None
    return {"mountPropagation": _PROPAGATION[mode]} if mode in _PROPAGATION else {}
