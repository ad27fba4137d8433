"""``--expose``: published ports, reachable from outside the cluster through a further Service.

Source: Compose Specification, "ports"; Kubernetes, "Publishing Services".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.plan import Resource
from hybridcompose.translate.labels import object_labels, selector_labels
from hybridcompose.translate.names import has_own_network, object_name, unused_name
from hybridcompose.translate.options import Expose
from hybridcompose.translate.ports import exposed_as, port_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.plan import Manifest
    from hybridcompose.spec import Service
    from hybridcompose.translate.scope import ProjectScope

_TYPES = {Expose.NODEPORT: "NodePort", Expose.LOADBALANCER: "LoadBalancer"}
#: What the API server gives to nodes' ports unless it is told otherwise.
_NODE_PORTS = range(30000, 32768)
_LOOPBACK = ("127.", "::1", "localhost")


class _Port(NamedTuple):
    published: int
    target: int
    protocol: str
    name: str
    place: int
    host: str


def published_services(root: ProjectScope) -> Iterator[Resource]:
    """``<service>-published`` for every service that publishes ports."""
    for name, service in sorted(root.project.services.items()):
        kind = exposed_as(root.service(name))
        ports = _distinct(root, name, service, kind) if kind is not Expose.NONE else {}
        if ports and has_own_network(service):
            yield _service(root, name, ports, kind)


def _service(root: ProjectScope, name: str, ports: Mapping[tuple[int, str], _Port], kind: Expose) -> Resource:
    kube_name = unused_name(object_name(root.names.services[name], "published"), root.once(_taken))
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": kube_name, "labels": object_labels(root, name)},
        "spec": {
            "type": _TYPES[kind],
            "selector": selector_labels(root, name),
            "ports": _ports(ports, kind),
        },
    }
    return Resource(manifest, ("services", name, "ports"), f"the published ports of {name}, for programs outside")


def _taken(root: ProjectScope) -> frozenset[str]:
    return root.names.of_services()


def _ports(ports: Mapping[tuple[int, str], _Port], kind: Expose) -> list[Manifest]:
    entries: list[Manifest] = []
    used: set[str] = set()
    for (published, protocol), port in ports.items():
        given = port_name(port.name)
        name = given if given and given not in used else f"{protocol.lower()}-{published}"
        used.add(name)
        entry: Manifest = {"name": name, "port": published, "protocol": protocol, "targetPort": port.target}
        if kind is Expose.NODEPORT and published in _NODE_PORTS:
            entry["nodePort"] = published
        entries.append(entry)
    return entries


def _distinct(root: ProjectScope, name: str, service: Service, kind: Expose) -> dict[tuple[int, str], _Port]:
    """The ports by published number and protocol. Two containers' ports behind one number cannot be."""
    found: dict[tuple[int, str], _Port] = {}
    for port in _published(service):
        path = ("services", name, "ports", port.place)
        other = found.setdefault((port.published, port.protocol), port)
        if other.target != port.target:
            message = f"port {port.published} is published for {other.target} already: a Service has one address"
            root.report.warning(Code.NO_EQUIVALENT, path, message, "publish another port")
        elif port.host.startswith(_LOOPBACK):
            message = "the port is published on this machine alone, and is open to all that reach the cluster here"
            root.report.warning(Code.APPROXIMATED, (*path, "host_ip"), message, "leave --expose out, or the port")
    if found and kind is Expose.NODEPORT and not any(number in _NODE_PORTS for number, _ in found):
        message = "the cluster chooses the nodes' ports: kubectl get services shows them"
        root.report.note(Code.APPROXIMATED, ("services", name, "ports"), message)
    return found


def _published(service: Service) -> Iterator[_Port]:
    """A port without a published number has its own: Docker chooses any. Of a range, Docker takes a free one."""
    for index, port in enumerate(service.ports):
        number = (port.published or "").partition("-")[0]
        published = int(number) if number.isdecimal() and int(number) else port.target
        yield _Port(
            published, port.target, (port.protocol or "tcp").upper(), port.name or "", index, port.host_ip or ""
        )
