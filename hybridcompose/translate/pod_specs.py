"""The PodSpec inside an object, whatever the kind of the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.plan import Manifest, Resource

_TEMPLATE = ("spec", "template", "spec")
#: Where the PodSpec stands, by kind.
PLACES: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", *_TEMPLATE),
    "DaemonSet": _TEMPLATE,
    "Deployment": _TEMPLATE,
    "Job": _TEMPLATE,
    "Pod": ("spec",),
    "StatefulSet": _TEMPLATE,
}


def is_build(resource: Resource) -> bool:
    """Whether the object builds an image."""
    return resource.key.kind == "Job" and resource.cause[2:3] == ("build",)


def changed_pod(resource: Resource, change: Callable[[Manifest], Manifest]) -> Resource:
    """The resource with its PodSpec changed; a resource without one as it is."""
    place = PLACES.get(resource.key.kind)
    return resource if place is None else resource._replace(manifest=_at(resource.manifest, place, change))


def _at(value: Any, place: tuple[str, ...], change: Callable[[Manifest], Manifest]) -> Any:
    if not place:
        return change(value)
    return {**value, place[0]: _at(value[place[0]], place[1:], change)}


def changed_containers(pod: Manifest, change: Callable[[Manifest], Manifest]) -> Manifest:
    """The PodSpec with every container changed, also the init containers."""
    lists = {field: [change(container) for container in pod[field]] for field in _LISTS if field in pod}
    return {**pod, **lists}


def containers_of(pod: Manifest) -> Iterator[Manifest]:
    """Every container, init containers first."""
    for field in _LISTS:
        yield from pod.get(field, ())


_LISTS = ("initContainers", "containers")
