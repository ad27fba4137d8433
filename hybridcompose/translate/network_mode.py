"""``network_mode``: no network, that of another service, that of the machine.

Source: Compose Specification, "network_mode"; seen in Docker: what is refused beside a shared network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.plan import Resource
from hybridcompose.translate.labels import object_labels, selector_labels
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import Ordering

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import PodDraft, ServiceScope

#: What Docker refuses beside the network of another container.
_REFUSED = ("hostname", "ports", "expose", "dns", "dns_search", "dns_opt", "extra_hosts", "links", "mac_address")
#: Policies see the port of the server's pod; some clusters have it at 5353.
DNS_PORTS = [{"port": port, "protocol": protocol} for port in (53, 5353) for protocol in ("UDP", "TCP")]


def network_mode(scope: ServiceScope, draft: PodDraft) -> None:
    """Translates a mode other than ``bridge``; the containers of shared pods are joined later."""
    mode, _, _ = (scope.service.network_mode or "").partition(":")
    _MODES.get(mode, _other)(scope, draft)


def _none(scope: ServiceScope, draft: PodDraft) -> None:
    scope.report.note(
        Code.APPROXIMATED,
        scope.path("network_mode"),
        "a policy denies the pod every connection, where the cluster's network enforces NetworkPolicies; "
        "it has an address all the same",
    )
    waits = scope.options.ordering is Ordering.INIT and bool(scope.service.depends_on)
    manifest: Manifest = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": object_name(scope.kube_name, "no-network"),
            "labels": object_labels(scope.root, scope.name),
        },
        "spec": {
            "podSelector": {"matchLabels": selector_labels(scope.root, scope.name)},
            "policyTypes": ["Ingress", "Egress"],
            # Those that wait for others look them up.
            **({"egress": [{"ports": DNS_PORTS}]} if waits else {}),
        },
    }
    draft.resources.append(Resource(manifest, scope.path("network_mode"), f"{scope.name} has no network"))


def _host(scope: ServiceScope, draft: PodDraft) -> None:
    scope.report.note(
        Code.APPROXIMATED,
        scope.path("network_mode"),
        "the machine's network is not used: the project's services with `network_mode: host` run in one pod and meet "
        "on localhost; published ports of other services are not there",
        "reach other services by their names",
    )
    if scope.service.ports:
        message = "published ports are discarded with the host's network, as in Docker"
        scope.report.warning(Code.CONFLICTING_VALUES, scope.path("ports"), message, "remove them")


def _service(scope: ServiceScope, draft: PodDraft) -> None:
    for key in _REFUSED:
        if getattr(scope.service, key):
            message = f"{key} belongs to the network, which is that of {scope.root.pod_of(scope.name)!r}"
            remedy = "move it to that service"
            # Nothing is published by it.
            tell = scope.report.warning if key == "expose" else scope.report.error
            tell(Code.CONFLICTING_VALUES, scope.path(key), message, remedy)
    scope.report.note(
        Code.APPROXIMATED,
        scope.path("network_mode"),
        f"the service runs in the pod of {scope.root.pod_of(scope.name)!r}, with one restart policy, one grace period "
        "and one end for both",
    )


def _container(scope: ServiceScope, draft: PodDraft) -> None:
    scope.report.warning(
        Code.NO_EQUIVALENT,
        scope.path("network_mode"),
        "a container outside the project is not there to share its network: the service has one of its own",
        "make that container a service of the project and write service:NAME",
    )


def _other(scope: ServiceScope, draft: PodDraft) -> None:
    scope.report.warning(
        Code.NO_EQUIVALENT,
        scope.path("network_mode"),
        f"there is no network {scope.service.network_mode!r} in a cluster: the service is in the project's own",
        "write `networks:` instead",
    )


_MODES: dict[str, Callable[[ServiceScope, PodDraft], None]] = {
    "none": _none,
    "host": _host,
    "service": _service,
    "container": _container,
}
