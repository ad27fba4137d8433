"""Where a port of a service is reached: by its name inside the cluster, by a forwarded port outside."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster import execute
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity
from hybridcompose.engine.containers import find
from hybridcompose.plan import Resource
from hybridcompose.plan.labels import MANAGED_BY, OWNER, PROJECT
from hybridcompose.translate.labels import label_value
from hybridcompose.translate.names import object_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.cluster.state import PodState
    from hybridcompose.engine.forwards import Forward, Forwards
    from hybridcompose.engine.target import Target

#: Ports at which browsers expect TLS.
_TLS = (443, 8443)
_REMEDY = "correct the number, or write the port into the service's ports or expose"


class Address(NamedTuple):
    """A host and a port; ``str`` joins them as ``docker compose port`` does."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def is_inside() -> bool:
    """Whether this runs in a pod, which reaches others by their names."""
    return "KUBERNETES_SERVICE_HOST" in os.environ


def find_port(
    target: Target,
    service: str,
    port: int,
    protocol: str = "tcp",
    number: int | None = None,
    *,
    forwards: Forwards | None = None,
) -> Address:
    """Where this process reaches a port of the service; ``number`` is which of its containers.

    Outside the cluster ``forwards`` opens a way; without it, one that ``up --publish`` has opened on this machine is
    found. Raises ``ClusterError`` where the service does not run, or has no such port.
    """
    name, pod = find(target, service, number)
    _check_port(pod, name, port, protocol)
    if is_inside():
        return Address(pod.address if number is not None else host(target, service, pod), port)
    if protocol != "tcp":
        raise not_published(f"port {port}/{protocol} of {service} is reached inside the cluster alone", "use tcp")
    if forwards is not None:
        forward = forwards.of(service, port)
        return Address(forward.address, forward.number)
    return _recorded(target, service, port)


def find_url(target: Target, service: str, port: int | None = None, *, forwards: Forwards | None = None) -> str:
    """``http://…`` for a port of the service, its first one by default; ``https`` for 443 and 8443. Raises as above."""
    if port is None:
        name, pod = find(target, service)
        ports = [int(text.partition("/")[0]) for text in pod.ports if text.endswith("/tcp")]
        if not ports:
            raise not_published(f"{name} has no port", _REMEDY)
        port = ports[0]
    scheme = "https" if port in _TLS else "http"
    return f"{scheme}://{find_port(target, service, port, forwards=forwards)}"


def host(target: Target, service: str, pod: PodState) -> str:
    """The name of a service for every pod of the cluster; the pod's own address where it has none."""
    name = execute.name_of_service(target.api, target.namespace, target.selector, label_value(service))
    return f"{name}.{target.namespace}.svc" if name else pod.address


def _check_port(pod: PodState, name: str, port: int, protocol: str) -> None:
    if f"{port}/{protocol}" not in pod.ports:
        known = f": {', '.join(pod.ports)}" if pod.ports else ""
        raise not_published(f"no port {port}/{protocol} for container {name}{known}", _REMEDY)


# --- what `up --publish` has opened, for other processes on this machine


def _name(target: Target) -> str:
    return object_name(target.project, "published-ports")


def record(target: Target, forwards: Iterable[Forward]) -> None:
    """Notes down what is open on this machine, for as long as the project is there."""
    told = [[*forward] for forward in forwards]
    manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": _name(target), "labels": {MANAGED_BY: OWNER, PROJECT: target.label}},
        "data": {"machine": socket.gethostname(), "ports": json.dumps(told, separators=(",", ":"))},
    }
    execute.apply(target.api, target.namespace, Resource(manifest, (), "where published ports are open"))


def _recorded(target: Target, service: str, port: int) -> Address:
    """Raises ``ClusterError`` where nothing is open here."""
    for other, number, address, local in _read(target):
        if (other, number) == (service, port) and _answers(address, local):
            return Address(address, local)
    message = f"port {port} of {service} is not open on this machine"
    raise not_published(message, "run up --publish, or ask from inside the cluster")


def _read(target: Target) -> list[tuple[str, int, str, int]]:
    data = execute.data_of(target.api, target.namespace, _name(target))
    if data.get("machine") != socket.gethostname():
        return []
    found: list[tuple[str, int, str, int]] = json.loads(data["ports"])
    return found


def _answers(address: str, port: int) -> bool:
    """Whether somebody listens: a run that was killed has removed nothing."""
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


def not_published(message: str, remedy: str) -> ClusterError:
    return ClusterError([Diagnostic(Code.NOT_PUBLISHED, Severity.ERROR, message, remedy=remedy)])
