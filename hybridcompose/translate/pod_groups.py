"""Which services run in one pod: those that share a network.

``network_mode: service:NAME`` joins another service's network; services with ``network_mode: host`` meet on the
machine's. In Kubernetes a network is a pod's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.spec import Project
    from hybridcompose.translate.scope import ProjectScope

_JOINED = "service:"


def leaders(root: ProjectScope) -> Mapping[str, str]:
    """The service whose pod it is, for each service of a pod that several share."""
    services = root.project.services
    on_host = sorted(name for name, service in services.items() if service.network_mode == "host" and service.replicas)
    found: dict[str, str] = {}
    for name in sorted(services):
        leader = _joined(root.project, name)
        if leader in on_host:
            leader = on_host[0]
        if leader != name and services[name].replicas:
            found.update({name: leader, leader: leader})
    return found


def _joined(project: Project, name: str) -> str:
    """Whose network a service uses in the end."""
    seen = {name}
    while (mode := project.services[name].network_mode or "").startswith(_JOINED):
        target = mode.removeprefix(_JOINED)
        if target in seen or target not in project.services:
            break
        seen.add(target)
        name = target
    return name
