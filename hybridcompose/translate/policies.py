"""``--network-policies``: who shares no network does not reach each other.

A policy for each network lets its members reach each other. Policies add up, so that a pod on two networks is reached
from both. A pod that is only on internal networks reaches nothing else but DNS servers.
Sources: Compose Specification, "networks", "internal"; Kubernetes, "Network Policies".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.plan import Resource
from hybridcompose.translate.identifiers import unique_labels
from hybridcompose.translate.labels import object_labels, project_labels, selector_labels
from hybridcompose.translate.names import has_own_network, object_name
from hybridcompose.translate.network_mode import DNS_PORTS
from hybridcompose.translate.options import Dns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import KubeName, Manifest
    from hybridcompose.spec import Service
    from hybridcompose.translate.scope import PodDraft, ProjectScope, ServiceScope

_PREFIX = "network.hybridcompose.io/"
_DEFAULT = "default"


def network_labels(scope: ServiceScope, draft: PodDraft) -> None:
    """Labels the pod for every network that it is on."""
    if has_own_network(scope.service):
        labels = scope.root.once(_labels)
        draft.labels.update({f"{_PREFIX}{labels[name]}": "true" for name in _networks(scope.service)})


def network_policies(root: ProjectScope) -> Iterator[Resource]:
    """The policies of the project."""
    labels = root.once(_labels)
    has_internal = any(_is_internal(root, name) for name in labels)
    for name, label in labels.items():
        cause: ComposePath = ("networks", name) if name in root.project.networks else ("networks",)
        spec = _of_network(root, label, internal=_is_internal(root, name), limit_egress=has_internal)
        yield _policy(root, ("network", label), spec, cause, f"members of the network {name} reach each other")
    for name, service in sorted(root.project.services.items()):
        if service.ports and has_own_network(service) and not _is_closed(root, service):
            reason = f"published ports of {name} are reachable from everywhere"
            yield _policy(
                root, (root.names.hosts[name], "published"), _of_ports(root, name), ("services", name), reason
            )
    message = "networks are kept apart by NetworkPolicies, which the cluster's network plugin must enforce"
    root.report.note(Code.APPROXIMATED, ("networks",), message)


def _labels(root: ProjectScope) -> Mapping[str, KubeName]:
    """The label of every network that a service is on."""
    own = (service for service in root.project.services.values() if has_own_network(service))
    return unique_labels(name for service in own for name in _networks(service))


def _networks(service: Service) -> tuple[str, ...]:
    return tuple(sorted(service.networks)) or (_DEFAULT,)


def _is_internal(root: ProjectScope, name: str) -> bool:
    network = root.project.networks.get(name)
    return network is not None and network.internal


def _is_closed(root: ProjectScope, service: Service) -> bool:
    """Whether a service is on internal networks alone: its ports are not published then, as in Docker."""
    return all(_is_internal(root, name) for name in _networks(service))


def _of_network(root: ProjectScope, label: KubeName, *, internal: bool, limit_egress: bool) -> Manifest:
    members = {"podSelector": {"matchLabels": {**project_labels(root), f"{_PREFIX}{label}": "true"}}}
    spec: Manifest = {
        "podSelector": members["podSelector"],
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [members]}],
    }
    if internal:
        spec["policyTypes"].append("Egress")
        spec["egress"] = [{"to": [members]}, {"ports": DNS_PORTS}, *_own_server(root)]
    elif limit_egress:
        # A pod that is on an internal network too goes out through this one.
        spec["policyTypes"].append("Egress")
        spec["egress"] = [{}]
    return spec


def _own_server(root: ProjectScope) -> Iterator[Manifest]:
    """Policies see the port of the server's pod, not that of its Service."""
    if root.options.dns is Dns.PROJECT:
        from hybridcompose.translate.dns_server import selector

        yield {"to": [{"podSelector": {"matchLabels": selector(root)}}]}


def _of_ports(root: ProjectScope, name: str) -> Manifest:
    service = root.project.services[name]
    ports = sorted({(port.target, (port.protocol or "tcp").upper()) for port in service.ports})
    return {
        "podSelector": {"matchLabels": selector_labels(root, name)},
        "policyTypes": ["Ingress"],
        "ingress": [{"ports": [{"port": number, "protocol": protocol} for number, protocol in ports]}],
    }


def _policy(root: ProjectScope, parts: tuple[str, ...], spec: Manifest, cause: ComposePath, reason: str) -> Resource:
    manifest: Manifest = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": object_name(*filter(None, (root.names.prefix, *parts))), "labels": object_labels(root)},
        "spec": spec,
    }
    return Resource(manifest, cause, reason)
