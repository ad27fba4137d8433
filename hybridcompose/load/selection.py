"""Some services of a project, with what they depend on: what `docker compose up SERVICE` starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from hybridcompose.spec import Project


def with_services(project: Project, names: Collection[str]) -> Project:
    """The project with these services and all that they depend on; whole where none is named.

    The others count as disabled. Raises ``KeyError`` with the name of a service that is not enabled.
    """
    if not names:
        return project
    wanted: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in wanted:
            wanted.add(name)
            left += [target for target in project.services[name].depends_on if target in project.services]
    services = {name: service for name, service in project.services.items() if name in wanted}
    others = {name: service for name, service in project.services.items() if name not in wanted}
    selected = project.model_copy(update={"services": services})
    selected._disabled_services = {**project.disabled_services, **others}
    return selected
