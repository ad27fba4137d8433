"""The names that ``config`` can list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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


def names_of_model(model: Model, profiles: Collection[str], *, unused: bool = False) -> Names:
    """The same where variables are left as they are; services and profiles are those of all services.

    ``profiles`` are the active ones; ``unused``: resources that no active service uses are listed, too.
    """
    services, jobs, networks, volumes, models = (
        model.tree.get(section) or {} for section in ("services", "jobs", "networks", "volumes", "models")
    )
    active = {name: service for name, service in services.items() if _is_active(service, profiles)}
    used = _Used.of(active.values())
    return Names(
        services=_in_order({name: service.get("depends_on") or {} for name, service in services.items()}),
        networks=sorted(name for name in networks if unused or name in used.networks),
        volumes=sorted(name for name in volumes if unused or name in used.volumes),
        models=_models({name: one["model"] for name, one in models.items() if unused or name in used.models}),
        images=[
            image
            for section in (active, jobs)
            for name, entry in sorted(section.items())
            for image in _images_of(entry.get("image") or _built(model.name, name), entry.get("pre_start") or ())
        ],
        profiles=sorted({profile for service in services.values() for profile in service.get("profiles") or ()}),
    )


def _is_active(service: Mapping[str, Any], profiles: Collection[str]) -> bool:
    own = service.get("profiles") or ()
    return not own or "*" in profiles or not set(own).isdisjoint(profiles)


class _Used(NamedTuple):
    """Names of what services use."""

    networks: set[str]
    volumes: set[str]
    models: set[str]

    @classmethod
    def of(cls, services: Iterable[Mapping[str, Any]]) -> _Used:
        found = cls(set(), set(), set())
        for service in services:
            mounts = (mount for mount in service.get("volumes") or () if isinstance(mount, dict))
            found.networks.update(service.get("networks") or ())
            found.volumes.update(mount["source"] for mount in mounts if _is_named(mount))
            found.models.update(service.get("models") or ())
        return found


def _is_named(mount: Mapping[str, Any]) -> bool:
    return mount.get("type") == "volume" and isinstance(mount.get("source"), str)


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
        hooks = [{"image": hook.image} for hook in getattr(element, "pre_start", ())]
        yield from _images_of(element.image or _built(project.name, name), hooks)


def _images_of(own: str, hooks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield own
    yield from (hook["image"] for hook in hooks if hook.get("image") not in (None, "", own))


def _built(project: str, service: str) -> str:
    """The name that Compose gives an image that is built without one."""
    return f"{project}-{service}"
