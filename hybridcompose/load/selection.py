"""Some services of a project, with what they need. Source: what ``docker compose config SERVICE...`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from hybridcompose.spec.project import Project
    from hybridcompose.spec.service import Service


def profiles_of(project: Project, names: Iterable[str]) -> tuple[str, ...]:
    """The profiles that must be active, beside those that are, for services to take part: naming one activates it."""
    disabled = project.disabled_services
    return tuple(profile for name in names if name in disabled for profile in disabled[name].profiles)


def selected(project: Project, names: Iterable[str], *, dependencies: bool = True) -> Project:
    """The project with these services, those that they depend on, and the resources that all of these use.

    ``names`` are services of the project. Without ``dependencies`` nothing waits for what is left out.
    """
    kept = _with_dependencies(project, names) if dependencies else set(names)
    services = {
        name: service.model_copy(
            update={"depends_on": {other: said for other, said in service.depends_on.items() if other in kept}}
        )
        for name, service in project.services.items()
        if name in kept
    }
    narrow = project.model_copy(update={"services": services})
    narrow._disabled_services = {
        **project.disabled_services,
        **{name: service for name, service in project.services.items() if name not in kept},
    }
    return without_unused(narrow)


def without_unused(project: Project) -> Project:
    """The project without networks, volumes, configs, secrets and models that none of its services uses.

    What only a job or a service without an active profile uses goes, too, as with `docker compose`.
    """
    return project.model_copy(update=_used(project))


def with_services(project: Project, names: Collection[str], *, dependencies: bool = True) -> Project:
    """The same; whole where none is named. Raises ``KeyError`` with the name of a service that is not enabled."""
    for name in names:
        if name not in project.services:
            raise KeyError(name)
    return selected(project, names, dependencies=dependencies) if names else project


def scaled(project: Project, numbers: Mapping[str, int]) -> Project:
    """The project with so many containers of these services. Raises ``KeyError`` as ``with_services``."""
    for name in numbers:
        if name not in project.services:
            raise KeyError(name)
    services = {name: _scaled(service, numbers.get(name)) for name, service in project.services.items()}
    return project.model_copy(update={"services": services})


def _scaled(service: Service, number: int | None) -> Service:
    return service if number is None else service.model_copy(update={"scale": number})


def rebuilt(
    project: Project, arguments: Mapping[str, str | None], *, no_cache: bool = False, pull: bool = False
) -> Project:
    """The project with these build arguments in place of its own, as ``docker compose build`` takes them.

    An argument without a value takes that of the environment, or is not given.
    """
    if not (arguments or no_cache or pull):
        return project
    services = {name: _rebuilt(service, arguments, no_cache, pull) for name, service in project.services.items()}
    return project.model_copy(update={"services": services})


def _rebuilt(service: Service, arguments: Mapping[str, str | None], no_cache: bool, pull: bool) -> Service:
    section = service.build
    if section is None:
        return service
    changed = {
        "args": {**section.args, **arguments},
        "no_cache": section.no_cache or no_cache,
        "pull": section.pull or pull,
    }
    return service.model_copy(update={"build": section.model_copy(update=changed)})


def _with_dependencies(project: Project, names: Iterable[str]) -> set[str]:
    kept: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in project.services and name not in kept:
            kept.add(name)
            pending += project.services[name].depends_on
    return kept


def _used(project: Project) -> dict[str, object]:
    used: dict[str, set[str | None]] = {}
    for service in project.services.values():
        builds = service.build.secrets if service.build is not None else ()
        mentioned: dict[str, list[str | None]] = {
            "networks": [*service.networks],
            "volumes": [mount.source for mount in service.volumes if mount.type == "volume"],
            "secrets": [mount.source for mount in (*service.secrets, *builds)],
            "configs": [mount.source for mount in service.configs],
            "models": [*service.models],
        }
        for section, names in mentioned.items():
            used.setdefault(section, set()).update(names)
    return {
        section: {name: resource for name, resource in getattr(project, section).items() if name in names}
        for section, names in used.items()
    }
