"""Names that Docker makes by itself: of a container (`shop-web-1`), and of a service on a network (`web.shop_default`).

Programs seldom look them up: they are there where a service's environment or command mentions them. Source: seen in
Docker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec import ServiceName
from hybridcompose.translate.names import MAX_REPLICAS, Alias, has_own_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project, Service
    from hybridcompose.translate.report import Report

    #: Where a word stands in the services' environments and commands.
    Mentions = Callable[[str], Iterable[ComposePath]]


def mentioned(project: Project, mentions: Mentions) -> Iterator[Alias]:
    """The names of containers that are their service's only one, where somebody mentions them."""
    for name, service in _named_by_docker(project):
        alias = _container(project, name, 1)
        if service.replicas == 1 and any(mentions(alias)):
            yield Alias(alias, ServiceName(name), ("services", name), incidental=True)


def report_unknown(project: Project, report: Report, mentions: Mentions, *, verbatim: bool) -> None:
    """Warns of such names that do not resolve: of one container of several, and of a service on one network.

    ``verbatim``: the project has a DNS server of its own, which knows the latter.
    """
    for name, path in _of_several(project, mentions):
        message = f"{name!r} does not resolve: one of several containers has no name of its own in the cluster"
        report.warning(Code.NAME_CHANGED, path, message, "write the service's name, which is that of all")
    for name, path in _on_networks(project, mentions) if not verbatim else ():
        message = f"{name!r} does not resolve: the cluster's DNS knows no networks of projects"
        report.warning(Code.NAME_CHANGED, path, message, "write the service's name, or choose --dns project")


def _of_several(project: Project, mentions: Mentions) -> Iterator[tuple[str, ComposePath]]:
    for name, service in _named_by_docker(project):
        for number in range(1, min(service.replicas, MAX_REPLICAS) + 1) if service.replicas > 1 else ():
            alias = _container(project, name, number)
            yield from ((alias, path) for path in mentions(alias))


def _on_networks(project: Project, mentions: Mentions) -> Iterator[tuple[str, ComposePath]]:
    for name, service in sorted(project.services.items()):
        if has_own_network(service):
            for network in sorted(service.networks or ("default",)):
                top = project.networks.get(network)
                alias = f"{name}.{(top.name if top else None) or f'{project.name}_{network}'}"
                yield from ((alias, path) for path in mentions(alias))


def _named_by_docker(project: Project) -> Iterator[tuple[str, Service]]:
    for name, service in sorted(project.services.items()):
        if has_own_network(service) and not service.container_name:
            yield name, service


def _container(project: Project, service: str, number: int) -> str:
    return f"{project.name}-{service}-{number}"
