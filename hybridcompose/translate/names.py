"""Compose names as Kubernetes names: valid, stable, and never two for one."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import Code, format_path
from hybridcompose.plan import KubeName
from hybridcompose.spec import ServiceName
from hybridcompose.translate.options import Dns, NamespaceMode, Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project, Service
    from hybridcompose.translate.dns_views import Views
    from hybridcompose.translate.report import Report

#: Each is a pod of its own.
MAX_REPLICAS = 1000
_VALID = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]|[A-Za-z0-9_]")


@lru_cache(maxsize=4096)  # a project's names come back in every object
def label_name(name: str, limit: int = 63) -> KubeName:
    """``name`` as an RFC 1123 label of at most ``limit`` characters; a cut name ends in a hash of the whole."""
    if len(name) <= limit and _VALID.fullmatch(name):
        return KubeName(name)
    text = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not text:
        return KubeName(f"x-{_hash(name)}")
    if len(text) <= limit:
        return KubeName(text)
    return KubeName(f"{text[: limit - 9].rstrip('-')}-{_hash(name)}")


def object_name(*parts: str, limit: int = 63) -> KubeName:
    """Several parts joined with dashes into one valid name."""
    return label_name("-".join(parts), limit)


def unused_name(name: str, taken: Iterable[str]) -> KubeName:
    """``name`` as a valid name that is not one of ``taken``."""
    wanted = label_name(name)
    return wanted if wanted not in taken else KubeName(f"{wanted[:54].rstrip('-')}-{_hash(name)}")


def project_prefix(project: str) -> KubeName:
    """What the names of a project's objects begin with in a namespace that several share; never that of another."""
    name = label_name(project)
    return name if name == project else KubeName(f"{label_name(project, 58)}-{_hash(project)[:4]}")


def has_own_network(service: Service) -> bool:
    """Whether a service has an address of its own, under which the others find it."""
    return not service.network_mode or service.network_mode in ("bridge", "default")


def resolves_as(name: str, kube_name: str) -> bool:
    """Whether programs that look up ``name`` find ``kube_name``: DNS does not tell capitals from small letters."""
    return name.lower() == kube_name


def _hash(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:8]


_NONE: Mapping[Any, Any] = MappingProxyType({})
_NO_OPTIONS = Options()


class Names(NamedTuple):
    """Every name that the project's objects have in the cluster.

    ``services`` is the name of each service's Service, ``pods`` the names of its pods (or Jobs), one for each replica,
    ``ready`` the second Service that holds ready addresses only. ``aliases`` is every further Service with the
    services that answer to it; it may also hold a service's name where another service has that alias.
    ``aliases_of`` is the same by service. ``hosts`` is the name under which programs find a service with the cluster's
    DNS server, ``views`` what a server of the project's own answers. ``prefix`` begins all names in a shared namespace.
    """

    services: Mapping[str, KubeName]
    pods: Mapping[str, tuple[KubeName, ...]] = _NONE
    ready: Mapping[str, KubeName] = _NONE
    aliases: Mapping[KubeName, tuple[ServiceName, ...]] = _NONE
    aliases_of: Mapping[str, tuple[KubeName, ...]] = _NONE
    hosts: Mapping[str, KubeName] = _NONE
    views: Views | None = None
    prefix: str = ""

    def of_services(self) -> frozenset[str]:
        """The names of all Services that services have; others take none of these."""
        return frozenset((*self.services.values(), *self.aliases, *self.ready.values()))


_KEEP_NAMES = "choose --dns project, which keeps names as they are, or --rewrite-hostnames"


class Alias(NamedTuple):
    """A further name of a service, and where it is given."""

    name: str
    service: ServiceName
    path: ComposePath
    #: Docker makes the name for its own listing; programs seldom look it up.
    incidental: bool = False


def names_of(project: Project, report: Report, options: Options = _NO_OPTIONS) -> Names:
    """The names of a project's objects. Reports names that change and names that fall together."""
    mentions = _Mentions(project)
    verbatim = options.dns is Dns.PROJECT
    shared = options.namespace_mode is NamespaceMode.SHARED
    prefix = project_prefix(project.name) if shared else ""
    hosts = _service_names(project, report, mentions, verbatim=verbatim)
    services = {name: object_name(prefix, host) if prefix else host for name, host in hosts.items()}
    pods = _pod_names(project, services, report)
    views = _views(project, services, report, prefix) if verbatim else None
    further = [*aliases_of(project), *_docker_names(project, report, mentions, verbatim=verbatim)]
    if views is not None:
        aliases = views.groups
    else:
        aliases = (
            _alias_names(further, services, report, mentions) if not shared else _no_aliases(further, hosts, report)
        )
    taken = {*services.values(), *aliases}
    ready = {name: unused_name(object_name(kube_name, "ready"), taken) for name, kube_name in services.items()}
    return Names(services, pods, ready, aliases, _by_service(aliases), hosts, views, prefix)


def _views(project: Project, services: Mapping[str, KubeName], report: Report, prefix: str) -> Views:
    from hybridcompose.translate.dns_views import views_of

    return views_of(project, services, report, prefix)


def _no_aliases(
    further: Iterable[Alias], hosts: Mapping[str, KubeName], report: Report
) -> dict[KubeName, tuple[ServiceName, ...]]:
    """In a shared namespace a pod has one name in DNS: its service's. Host names are reported where they are lost."""
    for alias in further:
        if alias.path[-1] == "hostname" or resolves_as(alias.name, hosts[alias.service]):
            continue
        tell = report.note if alias.incidental else report.warning
        message = f"{alias.name!r} does not resolve in a shared namespace: a pod has one name there, its service's"
        tell(Code.NAME_CHANGED, alias.path, message, "choose --dns project, which knows every name")
    return {}


def _service_names(project: Project, report: Report, mentions: _Mentions, *, verbatim: bool) -> dict[str, KubeName]:
    names: dict[str, KubeName] = {}
    owners: dict[KubeName, str] = {}
    for name in sorted(project.services):
        names[name] = kube_name = label_name(name)
        other = owners.setdefault(kube_name, name)
        if other != name:
            report.error(
                Code.NAME_CONFLICT,
                ("services", name),
                f"the services {other!r} and {name!r} would both be named {kube_name!r} in Kubernetes",
                "rename one of them",
            )
        elif not verbatim and name not in project.jobs and not resolves_as(name, kube_name):
            message = _changed("service", name, kube_name, mentions)
            report.warning(Code.NAME_CHANGED, ("services", name), message, _KEEP_NAMES)
    return names


def _changed(what: str, name: str, kube_name: str, mentions: _Mentions) -> str:
    found = mentions.of(name)
    places = f"; still written in {', '.join(found)}" if found else "; no other service's environment mentions it"
    return f"the {what} {name!r} resolves as {kube_name!r}, because Kubernetes does not allow that name{places}"


def _pod_names(project: Project, services: Mapping[str, KubeName], report: Report) -> dict[str, tuple[KubeName, ...]]:
    """``web`` for one replica, ``web-1 … web-N`` for several; a number never takes another service's name."""
    taken = set(services.values())
    pods: dict[str, tuple[KubeName, ...]] = {}
    for name, kube_name in services.items():
        count = project.services[name].replicas
        if count > MAX_REPLICAS:
            key = ("scale",) if project.services[name].scale is not None else ("deploy", "replicas")
            message = f"{count} replicas are more than the {MAX_REPLICAS} pods that are written for one service"
            report.error(Code.INVALID_VALUE, ("services", name, *key), message, f"write {MAX_REPLICAS} or fewer")
            count = 1
        if count == 1:
            pods[name] = (kube_name,)
            continue
        pods[name] = tuple(unused_name(f"{kube_name}-{number}", taken) for number in range(1, count + 1))
        taken.update(pods[name])
    return pods


def _alias_names(
    further: Iterable[Alias], services: Mapping[str, KubeName], report: Report, mentions: _Mentions
) -> dict[KubeName, tuple[ServiceName, ...]]:
    owners: dict[KubeName, set[ServiceName]] = {}
    unchanged: set[str] = set(services.values())
    changed: list[Alias] = []
    for alias in further:
        kube_name = label_name(alias.name)
        if not resolves_as(alias.name, kube_name):
            changed.append(alias)
        elif kube_name != services[alias.service]:
            owners.setdefault(kube_name, set()).add(alias.service)
            unchanged.add(kube_name)
    for alias in changed:
        kube_name = label_name(alias.name)
        if kube_name in unchanged and kube_name != services[alias.service]:
            _report_taken(alias, kube_name, report)
            continue
        if kube_name not in unchanged:
            owners.setdefault(kube_name, set()).add(alias.service)
        _report_changed(alias, kube_name, report, mentions)
    for name, kube_name in services.items():
        # The Service of that name selects by label, so the service of the same name needs the label too.
        if kube_name in owners:
            owners[kube_name].add(ServiceName(name))
    return {kube_name: tuple(sorted(owners[kube_name])) for kube_name in sorted(owners)}


def _docker_names(project: Project, report: Report, mentions: _Mentions, *, verbatim: bool) -> Iterator[Alias]:
    """The names that Docker makes by itself, where they are mentioned. Reports those that do not resolve."""
    if not mentions.holds(project.name, *(network.name for network in project.networks.values())):
        return
    from hybridcompose.translate.container_names import mentioned, report_unknown

    report_unknown(project, report, mentions.paths, verbatim=verbatim)
    yield from mentioned(project, mentions.paths)


def _by_service(aliases: Mapping[KubeName, tuple[ServiceName, ...]]) -> dict[str, tuple[KubeName, ...]]:
    names: dict[str, tuple[KubeName, ...]] = {}
    for alias, owners in aliases.items():
        for owner in owners:
            names[owner] = (*names.get(owner, ()), alias)
    return names


def _report_taken(alias: Alias, kube_name: str, report: Report) -> None:
    tell = report.note if alias.incidental else report.warning
    message = f"{alias.name!r} does not resolve: Kubernetes would know it as {kube_name!r}, which is another name here"
    tell(Code.NAME_CONFLICT, alias.path, message, "choose --dns project, or rename one of the two")


def _report_changed(alias: Alias, kube_name: str, report: Report, mentions: _Mentions) -> None:
    tell = report.note if alias.incidental and not mentions.of(alias.name) else report.warning
    remedy = _KEEP_NAMES if tell == report.warning else None
    tell(Code.NAME_CHANGED, alias.path, _changed("name", alias.name, kube_name, mentions), remedy)


def aliases_of(project: Project) -> Iterator[Alias]:
    """Every further name of every service, also those that links give."""
    for name, service in sorted(project.services.items()):
        yield from _own_aliases(ServiceName(name), service)
        for index, link in enumerate(service.links):
            target, _, alias = link.partition(":")
            if alias and target in project.services:
                yield Alias(alias, ServiceName(target), ("services", name, "links", index))


def _own_aliases(name: ServiceName, service: Service) -> Iterator[Alias]:
    if not has_own_network(service):
        return
    if service.container_name:
        yield Alias(service.container_name, name, ("services", name, "container_name"), incidental=True)
    if service.hostname:
        yield Alias(service.hostname, name, ("services", name, "hostname"), incidental=True)
    for network, attachment in sorted(service.networks.items()):
        for index, alias in enumerate(attachment.aliases if attachment else ()):
            yield Alias(alias, name, ("services", name, "networks", network, "aliases", index))


class _Mentions:
    """Where words stand in the services' environments and commands; built when a name first changes."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._places: dict[str, list[ComposePath]] | None = None

    def holds(self, *texts: str | None) -> bool:
        """Whether any value holds one of these, in whatever case."""
        wanted = [text.lower() for text in texts if text]
        return any(text in value.lower() for _, value in _values(self._project) for text in wanted)

    def of(self, name: str) -> list[str]:
        """The compose paths of the values that hold ``name`` as a word, sorted."""
        return sorted(map(format_path, self.paths(name)))

    def paths(self, name: str) -> list[ComposePath]:
        """The same, in the order of the project."""
        if self._places is None:
            self._places = {}
            for path, value in _values(self._project):
                for word in set(_WORD.findall(value.lower())):
                    self._places.setdefault(word, []).append(path)
        return self._places.get(name.lower(), [])


def _values(project: Project) -> Iterator[tuple[ComposePath, str]]:
    for name, service in project.services.items():
        for key, value in service.environment.items():
            yield ("services", name, "environment", key), value or ""
        for key, words in (("command", service.command), ("entrypoint", service.entrypoint)):
            for word in words or ():
                yield ("services", name, key), word
