"""How services find each other: a headless Service for every name, ports, host names.

A Service without a cluster address answers with the pods' own addresses, so that every port of a container works
under its service's name, declared or not, as it does in Compose. Sources: Compose Specification, "networks", "ports",
"expose", "links"; Kubernetes, "Headless Services".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.plan import Condition, KubeName, Resource
from hybridcompose.translate.labels import object_labels, project_labels, selector_labels
from hybridcompose.translate.names import has_own_network, label_name, resolves_as
from hybridcompose.translate.options import Dns, NamespaceMode, Ordering
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import Concern, PodDraft, ProjectScope, ServiceScope

#: The label that a pod carries for each further name that it answers to.
ALIAS_PREFIX = "alias.hybridcompose.io/"
#: A resolver reads three, the cluster's among them; the API server refuses more. Source: Kubernetes, "DNS for Pods".
_OWN_NAMESERVERS = 2
#: The first version whose pods may be called otherwise than DNS knows them. Source: Kubernetes, HostnameOverride.
HOSTNAME_OVERRIDE = 35
_LONGEST_HOSTNAME = 64
#: Values that mean a network of the engine, which is nobody's own and has no server for names.
_ENGINES_OWN = ("bridge", "default")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def dns_labels(scope: ServiceScope, draft: PodDraft) -> None:
    """Labels the pod for every further name that it answers to, and for its networks where they are kept apart."""
    for alias in scope.names.aliases_of.get(scope.name, ()):
        draft.labels[f"{ALIAS_PREFIX}{alias}"] = "true"
    if scope.options.network_policies:
        from hybridcompose.translate.policies import network_labels

        network_labels(scope, draft)


def hostname(scope: ServiceScope, draft: PodDraft) -> None:
    """The name that the pod has for itself; all replicas have the same, as in Docker."""
    wanted = scope.service.hostname
    if not wanted:
        return
    name = label_name(wanted)
    if name != wanted and overrides_hostname(scope, draft):
        message = f"/etc/hosts has {wanted} alone, without its first part"
        scope.report.note(Code.APPROXIMATED, scope.path("hostname"), message)
        return
    draft.pod["hostname"] = name
    if name != wanted:
        message = (
            f"the host name {wanted!r} becomes {name!r} inside the container: Kubernetes does not allow it as it is"
        )
        scope.report.note(Code.NAME_CHANGED, scope.path("hostname"), message)


def overrides_hostname(scope: ServiceScope, draft: PodDraft) -> bool:
    """``hostnameOverride``, where the host name is no name in the cluster's DNS; whether every cluster has it."""
    wanted = scope.service.hostname or ""
    fits = len(wanted) <= _LONGEST_HOSTNAME and _SUBDOMAIN.fullmatch(wanted) is not None
    if not fits or not scope.options.knows(HOSTNAME_OVERRIDE) or not has_own_network(scope.service):
        return False
    draft.pod["hostnameOverride"] = wanted
    return True


def name_services(root: ProjectScope) -> Iterator[Resource]:
    """The Service of every service and of every alias."""
    for service, name in root.names.services.items():
        if name not in root.names.aliases and _needs_service(root, service):
            path = ("services", service)
            selector = selector_labels(root, service)
            yield headless(root, name, selector, path, f"{name} resolves to the pods of {service}", service=service)
    for alias, owners in root.names.aliases.items():
        reason = f"{alias} is another name of {', '.join(owners)}"
        selector = {**project_labels(root), f"{ALIAS_PREFIX}{alias}": "true"}
        yield headless(root, alias, selector, ("services", owners[0]), reason)
    if _has_own_domain(root):
        prefix = KubeName(root.names.prefix)
        reason = f"services resolve below {prefix}, which their pods search first"
        yield headless(root, prefix, project_labels(root), ("name",), reason)


def _has_own_domain(root: ProjectScope) -> bool:
    return root.options.namespace_mode is NamespaceMode.SHARED and root.options.dns is Dns.CLUSTER


def _needs_service(root: ProjectScope, name: str) -> bool:
    """Whether anybody may look a service up: who shares a network has no name, nor has who wants none."""
    service = root.project.services[name]
    attached = service.networks.values()
    unnamed = bool(service.networks) and all(entry and entry.use_service_name_alias is False for entry in attached)
    if has_own_network(service) and not (unnamed and root.options.dns is Dns.CLUSTER):
        return True
    # In manifests, those who wait for its start look for it in DNS.
    is_awaited = root.options.ordering is Ordering.INIT and Condition.STARTED in root.awaited.get(name, ())
    return is_awaited and root.pod_of(name) == name


def resolver(scope: ServiceScope, draft: PodDraft) -> None:
    """Where the pod looks names up, if not where the cluster says."""
    if scope.options.dns is Dns.PROJECT or scope.options.namespace_mode is NamespaceMode.SHARED:
        from hybridcompose.translate.resolver import resolver as set_up

        set_up(scope, draft)


def network_mode(scope: ServiceScope, draft: PodDraft) -> None:
    """``network_mode``: no network, or that of others."""
    if scope.service.network_mode in _ENGINES_OWN:
        message = (
            "the service is in the project's network, and finds others by their names, as they find it: under Docker "
            "it is in the engine's own, which knows no names"
        )
        scope.report.note(Code.APPROXIMATED, scope.path("network_mode"), message, "leave the key out")
    if not has_own_network(scope.service):
        from hybridcompose.translate.network_mode import network_mode as translate_mode

        translate_mode(scope, draft)


def external_links(scope: ServiceScope, draft: PodDraft) -> None:
    """``external_links``: names of what is outside the project, as ExternalName Services where that takes an object."""
    if scope.service.external_links:
        from hybridcompose.translate.outside import external_links as translate_links

        translate_links(scope, draft, _EXTERNAL)


def headless(
    root: ProjectScope,
    name: KubeName,
    selector: dict[str, str],
    cause: ComposePath,
    reason: str,
    *,
    service: str | None = None,
    ready_only: bool = False,
) -> Resource:
    """A Service that gives the addresses of the selected pods: all that have one, or the ready ones alone."""
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": object_labels(root, service)},
        "spec": {"clusterIP": "None", "selector": selector},
    }
    if not ready_only:  # a written default would make `kubectl apply` report a change each time
        manifest["spec"]["publishNotReadyAddresses"] = True
    return Resource(manifest, cause, reason)


def hosts(scope: ServiceScope, draft: PodDraft) -> None:
    """``extra_hosts``: lines of the pod's hosts file."""
    by_address: dict[str, list[str]] = {}
    for host, addresses in scope.service.extra_hosts.items():
        for address in addresses:
            found = _address(scope, host, address)
            if found and _is_host_name(scope, host):
                by_address.setdefault(found, []).append(host.lower())
    if by_address:
        draft.pod["hostAliases"] = [{"ip": address, "hostnames": names} for address, names in by_address.items()]


def _address(scope: ServiceScope, host: str, address: str) -> str | None:
    if address != "host-gateway":
        return address if _is_address(scope, scope.path("extra_hosts", host), address) else None
    if scope.options.host_gateway == "runner":
        message = "which machine runs the tests is known to up alone"
        remedy = "give --host-gateway with the address that pods should reach it at"
        scope.report.error(Code.INVALID_OPTION, scope.path("extra_hosts", host), message, remedy)
        return None
    if scope.options.host_gateway is None:
        scope.report.warning(
            Code.NO_EQUIVALENT,
            scope.path("extra_hosts", host),
            f"{host!r} will not resolve: the machine that runs the tests is not known inside the cluster",
            "give --host-gateway with the address that pods should reach it at",
        )
    return scope.options.host_gateway


def _is_address(scope: ServiceScope, path: ComposePath, address: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(address)
    except ValueError:
        message = f"{address!r} is not an IP address"
        scope.report.error(Code.INVALID_VALUE, path, message, "write an IPv4 or IPv6 address")
        return False
    return True


def _is_host_name(scope: ServiceScope, host: str) -> bool:
    if all(resolves_as(part, label_name(part)) for part in host.split(".")):
        return True
    scope.report.warning(
        Code.NO_EQUIVALENT,
        scope.path("extra_hosts", host),
        f"{host!r} will not resolve: Kubernetes allows letters, digits, dashes and dots in host names",
        "use a name without other characters",
    )
    return False


def dns(scope: ServiceScope, draft: PodDraft) -> None:
    """``dns``, ``dns_search``, ``dns_opt``: added to the cluster's own, so that service names still resolve."""
    service = scope.service
    if not (service.dns or service.dns_search or service.dns_opt):
        return
    known = [_is_address(scope, scope.path("dns", index), address) for index, address in enumerate(service.dns)]
    if scope.options.dns is Dns.PROJECT or not all(known):
        return  # its own server asks these servers, and the file is written with these domains and options
    searches = [domain for domain in service.dns_search if domain != "."]
    options = [_dns_option(option) for option in service.dns_opt]
    given = {"nameservers": list(service.dns[:_OWN_NAMESERVERS]), "options": options, "searches": searches}
    config = {field: values for field, values in given.items() if values}
    if config:
        draft.pod["dnsConfig"] = config
    for row in ROWS:
        key = row.path.rpartition(".")[2]
        if row.function is dns and getattr(service, key):
            scope.report.approximated(row, scope.path(key))
    for index, address in enumerate(service.dns[_OWN_NAMESERVERS:], start=_OWN_NAMESERVERS):
        message = f"{address} is never asked: a pod has three name servers, and the first is the cluster's"
        scope.report.warning(Code.NO_EQUIVALENT, scope.path("dns", index), message, "choose --dns project")


def _dns_option(option: str) -> Manifest:
    name, _, value = option.partition(":")
    return {"name": name, "value": value} if value else {"name": name}


def endpoint_mode(scope: ServiceScope, draft: PodDraft) -> None:
    """``dnsrr`` is what a Service without a cluster address does; ``vip`` would lose undeclared ports."""
    if scope.service.deploy and scope.service.deploy.endpoint_mode == "vip":
        scope.report.approximated(_ENDPOINT, scope.path("deploy", "endpoint_mode"))


def isolation(root: ProjectScope) -> None:
    """Says once where networks would have kept services apart."""
    if root.options.network_policies:
        return
    connected = (service for service in root.project.services.values() if not service.network_mode)
    joined = {frozenset(service.networks) for service in connected}
    if len(joined) > 1:
        root.report.approximated(_NETWORKS, ("networks",))
    for name, network in sorted(root.project.networks.items()):
        if network.internal:
            root.report.approximated(_INTERNAL, ("networks", name, "internal"))


CONCERNS: tuple[Concern, ...] = (
    dns_labels,
    hostname,
    hosts,
    dns,
    endpoint_mode,
    resolver,
    external_links,
    network_mode,
)

_SERVICES = "Service, metadata.labels"
_DNS = "The cluster's own DNS stays in front: Kubernetes appends {}, where Docker asks {}."

_NETWORKS = Row(
    "networks",
    KeyClass.APPROXIMATED,
    _SERVICES,
    isolation,
    "Services on different networks reach each other here: all pods of a project share the cluster's network.",
    "where the separation is what you test, choose --network-policies",
)
_INTERNAL = Row(
    "networks.*.internal",
    KeyClass.APPROXIMATED,
    function=isolation,
    note="Connections to the outside are not blocked for this network's services.",
    remedy="where that matters, choose --network-policies",
)
_ENDPOINT = Row(
    "services.*.deploy.endpoint_mode",
    KeyClass.APPROXIMATED,
    "Service.spec.clusterIP",
    endpoint_mode,
    "The name resolves to the pods' addresses: a virtual address would forward declared ports only.",
)
_EXTERNAL = Row(
    "services.*.external_links",
    KeyClass.APPROXIMATED,
    "Service.spec.externalName",
    external_links,
    "A container outside the project is a Service that the cluster's DNS server knows, and must exist.",
)
#: The sentences for each mode are in ``translate.network_mode``.
_MODE = Row(
    "services.*.network_mode",
    KeyClass.APPROXIMATED,
    "NetworkPolicy, containers of one Pod",
    network_mode,
    "`none` is a policy that denies everything; services that share a network (`service:NAME`, or `host`) run in one "
    "pod and meet on localhost. In `bridge`, the engine's own network, names resolve here. The network of another "
    "container or of another name is not there.",
)

ROWS: tuple[Row, ...] = (
    _ENDPOINT,
    _EXTERNAL,
    _MODE,
    _NETWORKS,
    Row("networks.*", KeyClass.APPROXIMATED, _SERVICES, isolation, "Inherits from networks."),
    _INTERNAL,
    Row("services.*.networks", KeyClass.TRANSLATED, _SERVICES, name_services),
    Row("services.*.networks.*", KeyClass.TRANSLATED, _SERVICES, name_services),
    Row("services.*.networks.*.aliases", KeyClass.TRANSLATED, _SERVICES, name_services),
    Row("services.*.networks.*.use_service_name_alias", KeyClass.TRANSLATED, "Service", name_services),
    Row("services.*.links", KeyClass.TRANSLATED, _SERVICES, name_services),
    Row("services.*.container_name", KeyClass.TRANSLATED, _SERVICES, name_services),
    Row("services.*.hostname", KeyClass.TRANSLATED, "spec.hostname, Service", hostname),
    Row("services.*.extra_hosts", KeyClass.TRANSLATED, "spec.hostAliases", hosts),
    Row("services.*.extra_hosts.*", KeyClass.TRANSLATED, "spec.hostAliases", hosts),
    Row(
        "services.*.dns",
        KeyClass.APPROXIMATED,
        "spec.dnsConfig.nameservers",
        dns,
        _DNS.format("these servers", "them for every name outside the project"),
        "choose --dns project",
    ),
    Row(
        "services.*.dns_search",
        KeyClass.APPROXIMATED,
        "spec.dnsConfig.searches",
        dns,
        _DNS.format("these domains", "in them alone"),
        "choose --dns project",
    ),
    Row(
        "services.*.dns_opt",
        KeyClass.APPROXIMATED,
        "spec.dnsConfig.options",
        dns,
        _DNS.format("these options", "with them alone"),
        "choose --dns project",
    ),
)
