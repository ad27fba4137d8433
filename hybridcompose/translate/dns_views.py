"""What each service can look up: the names of Docker's own DNS server, network by network.

A name is known on the networks of the container that it belongs to, and nowhere else. A name that is known on several
networks of who asks answers for the first of them. A link's alias is known to the linking container alone.
Source: Compose Specification, "networks", "aliases", "links"; seen in Docker: the first network answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.spec import ServiceName
from hybridcompose.translate.names import aliases_of, has_own_network, object_name, unused_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.plan import KubeName
    from hybridcompose.spec import Project, Service
    from hybridcompose.translate.report import Report

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")

Owners = tuple[ServiceName, ...]


class Key(NamedTuple):
    """What tells two views apart. ``links`` are aliases with the services that they name."""

    networks: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()
    external: tuple[tuple[str, str], ...] = ()
    servers: tuple[str, ...] = ()


class View(NamedTuple):
    """The answers for services with the same networks and links.

    ``names`` gives the Service that holds the addresses of a lower-case name, ``external`` the name that is asked for
    instead. ``hidden`` are the project's names without a dot that are not known here: nobody else is asked for them.
    ``servers`` are asked for all else.
    """

    names: Mapping[str, KubeName]
    external: Mapping[str, str]
    hidden: tuple[str, ...]
    servers: tuple[str, ...]


class Views(NamedTuple):
    """All views, which one each service has, and the Services that several services answer to."""

    views: tuple[View, ...]
    of_service: Mapping[str, int]
    groups: Mapping[KubeName, Owners]


def views_of(project: Project, services: Mapping[str, KubeName], report: Report, prefix: str = "") -> Views:
    """The views of a project. ``services`` are the names of the services' own Services, all with the prefix."""
    _report_impossible(project, report)
    tables = _tables(project)
    keys = {name: _key(project, service) for name, service in sorted(project.services.items())}
    own = {name: key for name, key in keys.items() if has_own_network(project.services[name])}
    distinct = sorted(set(own.values()))
    owners = [_owners(key, tables) for key in distinct]
    groups = _groups(owners, set(services.values()), prefix)
    known = sorted({name for table in tables.values() for name in table if "." not in name})
    group_of = {found: name for name, found in groups.items()}
    views = [
        View(
            names={
                name: services[found[0]] if len(found) == 1 else group_of[found]
                for name, found in sorted(table.items())
            },
            external=dict(key.external),
            hidden=tuple(name for name in known if name not in table and name not in dict(key.external)),
            servers=key.servers,
        )
        for key, table in zip(distinct, owners, strict=True)
    ]
    numbers = {key: number for number, key in enumerate(distinct)}
    return Views(tuple(views), {name: numbers[key] for name, key in own.items()}, groups)


def networks_of(service: Service) -> tuple[str, ...]:
    """The networks of a service, the one that answers first before the others."""
    given = service.networks or {"default": None}
    return tuple(sorted(given, key=lambda name: (-(entry.priority if (entry := given[name]) else 0), name)))


def _key(project: Project, service: Service) -> Key:
    links = [(alias, target) for target, _, alias in (link.partition(":") for link in service.links)]
    external = [
        (alias or target, target) for target, _, alias in (link.partition(":") for link in service.external_links)
    ]
    return Key(
        networks_of(service),
        tuple(sorted((alias.lower(), target) for alias, target in links if alias and target in project.services)),
        tuple(sorted((alias.lower(), target.lower()) for alias, target in external)),
        tuple(service.dns),
    )


def _tables(project: Project) -> dict[str, dict[str, Owners]]:
    """By network: every name with the services that it belongs to."""
    found: dict[str, dict[str, set[ServiceName]]] = {}
    for name, service in sorted(project.services.items()):
        if has_own_network(service) and service.replicas:
            for network in networks_of(service):
                table = found.setdefault(network, {})
                for known in _names_on(project, name, service, network):
                    if _NAME.fullmatch(known.lower()):
                        table.setdefault(known.lower(), set()).add(ServiceName(name))
    return {
        network: {name: tuple(sorted(owners)) for name, owners in table.items()} for network, table in found.items()
    }


def _names_on(project: Project, name: str, service: Service, network: str) -> Iterator[str]:
    attachment = service.networks.get(network)
    if attachment is None or attachment.use_service_name_alias is not False:
        yield name
        top = project.networks.get(network)
        yield f"{name}.{(top.name if top else None) or f'{project.name}_{network}'}"
    yield from attachment.aliases if attachment else ()
    if service.hostname:
        yield service.hostname
    if service.container_name:
        yield service.container_name
    elif service.replicas == 1:
        yield f"{project.name}-{name}-1"


def _owners(key: Key, tables: Mapping[str, Mapping[str, Owners]]) -> dict[str, Owners]:
    found: dict[str, Owners] = {}
    for network in reversed(key.networks):
        found.update(tables.get(network, {}))
    found.update({alias: (ServiceName(target),) for alias, target in key.links})
    return found


def _groups(tables: list[dict[str, Owners]], taken: set[KubeName], prefix: str) -> dict[KubeName, Owners]:
    """A Service for each set of services that have a name in common, called after the first such name."""
    groups: dict[KubeName, Owners] = {}
    seen: set[Owners] = set()
    for table in tables:
        for name, owners in sorted(table.items()):
            if len(owners) > 1 and owners not in seen:
                seen.add(owners)
                used = taken | groups.keys()
                short = unused_name(_full(prefix, name), used)
                groups[short if short not in used else unused_name(_full(prefix, name, *owners), used)] = owners
    return groups


def _full(*parts: str) -> KubeName:
    return object_name(*filter(None, parts))


def _report_impossible(project: Project, report: Report) -> None:
    for alias in aliases_of(project):
        if not _NAME.fullmatch(alias.name.lower()):
            message = f"{alias.name!r} cannot be looked up: it is no name of the DNS"
            report.warning(Code.NO_EQUIVALENT, alias.path, message, "use letters, digits, dashes, underscores and dots")
