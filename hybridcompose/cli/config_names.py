"""The names that ``config`` can list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hybridcompose.load import Model
    from hybridcompose.spec import Project


class Names(NamedTuple):
    """Names by the option that lists them, in the order in which they are printed."""

    services: Sequence[str]
    networks: Sequence[str]
    volumes: Sequence[str]
    models: Sequence[str]
    images: Sequence[str]
    profiles: Sequence[str]


def names_of_project(project: Project) -> Names:
    """Services after those that they depend on; images in the order of services and jobs; others by the alphabet."""
    everything = [*project.services.values(), *project.disabled_services.values()]
    return Names(
        services=_in_order({name: service.depends_on for name, service in project.services.items()}),
        networks=sorted(project.networks),
        volumes=sorted(project.volumes),
        models=_models({name: model.model for name, model in project.models.items()}),
        images=[*_images(project)],
        profiles=sorted({profile for service in everything for profile in service.profiles}),
    )


def names_of_model(model: Model) -> Names:
    """The same where variables are left as they are: of all services, whatever their profiles."""
    services, jobs, networks, volumes, models = (
        model.tree.get(section) or {} for section in ("services", "jobs", "networks", "volumes", "models")
    )
    return Names(
        services=_in_order({name: service.get("depends_on") or {} for name, service in services.items()}),
        networks=sorted(networks),
        volumes=sorted(volumes),
        models=_models({name: entry["model"] for name, entry in models.items()}),
        images=[
            entry.get("image") or _built(model.name, name)
            for section in (services, jobs)
            for name, entry in sorted(section.items())
        ],
        profiles=sorted({profile for service in services.values() for profile in service.get("profiles") or ()}),
    )


def _in_order(services: Mapping[str, Iterable[str]]) -> list[str]:
    """Dependencies first, otherwise by name."""
    done: dict[str, None] = {}
    pending = sorted(services, reverse=True)
    entered: set[str] = set()
    while pending:
        name = pending.pop()
        if name in entered:
            done.setdefault(name)
            continue
        entered.add(name)
        waiting = sorted((other for other in services[name] if other in services), reverse=True)
        pending += [name, *(other for other in waiting if other not in entered)]
    return list(done)


def _models(models: Mapping[str, str]) -> list[str]:
    return [models[name] for name in sorted(models) if models[name]]


def _images(project: Project) -> Iterator[str]:
    """What each service runs, then what its ``pre_start`` hooks run beside that."""
    elements: list[Any] = [*sorted(project.services.items()), *sorted(project.jobs.items())]
    for name, element in elements:
        own = element.image or _built(project.name, name)
        yield own
        yield from (hook.image for hook in getattr(element, "pre_start", ()) if hook.image and hook.image != own)


def _built(project: str, service: str) -> str:
    """The name that Compose gives an image that is built without one."""
    return f"{project}-{service}"
