"""What one key of a project changes: the plan with it, held against the plan without it."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import TranslateError
from hybridcompose.spec.base import Spec
from hybridcompose.spec.project import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Plan, Resource, ResourceKey
    from hybridcompose.spec import Project


class Effect(NamedTuple):
    """An object that a key has a part in. ``fields`` are those that differ without it; none: the whole object."""

    object: ResourceKey
    cause: ComposePath
    reason: str
    fields: tuple[str, ...]


def effects(project: Project, path: ComposePath, plan: Plan, translate: Callable[[Project], Plan]) -> list[Effect]:
    """What the key at ``path`` changes in ``plan``, which ``translate`` gave for ``project``.

    Where the project makes no sense without the key, the objects of the element that it stands in, or below it.
    """
    try:
        without = translate(_without(project, path))
    except (TranslateError, ValueError, KeyError):
        return [_whole(resource) for resource in plan.resources if _belong(resource.cause, path)]
    return list(_differences(plan.resources, without.resources))


def _belong(one: ComposePath, other: ComposePath) -> bool:
    """Whether one of the paths is inside the other."""
    return all(part == counterpart for part, counterpart in zip(one, other, strict=False))


def _without(value: Any, path: ComposePath) -> Any:
    """``value`` without what stands at ``path``."""
    part, rest = path[0], path[1:]
    if isinstance(value, Spec) and part == EXTENSION:
        return value.model_copy(update={"extensions": _without(value.extensions, path)})
    if isinstance(value, Spec):
        name = str(part)
        field = type(value).model_fields[name]
        left = _without(getattr(value, name), rest) if rest else field.get_default(call_default_factory=True)
        if not rest and field.is_required():
            raise ValueError(name)
        copy = value.model_copy(update={name: left})
        if not rest:
            copy.model_fields_set.discard(name)
        return copy
    if isinstance(value, dict):
        kept = {key: entry for key, entry in value.items() if key != part or rest}
        return kept | {part: _without(value[part], rest)} if rest else kept
    index = int(part)
    return (*value[:index], *([_without(value[index], rest)] if rest else []), *value[index + 1 :])


def _differences(own: Iterable[Resource], other: Iterable[Resource]) -> Iterator[Effect]:
    """Objects that are not the same in both; those whose name alone has changed are the same object."""
    others = {resource.key: resource for resource in other}
    renamed: defaultdict[tuple[str, ComposePath], list[Resource]] = defaultdict(list)
    own = list(own)
    for key in sorted(others.keys() - {resource.key for resource in own}):
        renamed[key.kind, others[key].cause].append(others[key])
    for resource in own:
        same = renamed[resource.key.kind, resource.cause]
        counterpart = others.get(resource.key) or (same.pop(0) if same else None)
        if counterpart is None:
            yield _whole(resource)
        elif resource.manifest != counterpart.manifest:
            fields = tuple(dict.fromkeys(_fields(resource.manifest, counterpart.manifest, "")))
            yield Effect(resource.key, resource.cause, resource.reason, fields)


def _whole(resource: Resource) -> Effect:
    return Effect(resource.key, resource.cause, resource.reason, ())


def _fields(own: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(own, dict) and isinstance(other, dict):
        for key in sorted(own.keys() | other.keys()):
            if own.get(key) != other.get(key):
                yield from _fields(own.get(key), other.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(own, list) and isinstance(other, list):
        for name, mine, theirs in _pairs(own, other):
            if mine != theirs:
                yield from _fields(mine, theirs, f"{path}[{name}]")
    else:
        yield path


def _pairs(own: list[Any], other: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Items by their names where all have one, else by their places."""
    if all(isinstance(entry, dict) and "name" in entry for entry in (*own, *other)):
        mine, theirs = ({entry["name"]: entry for entry in entries} for entries in (own, other))
        for name in dict.fromkeys((*mine, *theirs)):
            yield name, mine.get(name), theirs.get(name)
    else:
        for index, (one, two) in enumerate(zip_longest(own, other)):
            yield str(index), one, two
