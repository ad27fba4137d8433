"""What becomes of a compose key, for people and programs: the registry's row, and what it does in a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import format_path
from hybridcompose.spec.project import EXTENSION
from hybridcompose.translate.registry.index import ROWS
from hybridcompose.translate.registry.paths import below
from hybridcompose.translate.registry.row import KeyClass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hybridcompose.diagnostics import Diagnostic, Location
    from hybridcompose.plan import Plan
    from hybridcompose.spec import Project
    from hybridcompose.translate.effects import Effect
    from hybridcompose.translate.registry.paths import Found
    from hybridcompose.translate.registry.row import Row

MEANINGS: Mapping[KeyClass, str] = {
    KeyClass.TRANSLATED: "translated: what a program observes is the same",
    KeyClass.APPROXIMATED: "approximated: the behaviour differs as the note says",
    KeyClass.DIAGNOSED: "diagnosed: nothing in Kubernetes matches; a warning says so",
    KeyClass.NO_EFFECT: "no effect on a run: read, and nothing is to do",
    KeyClass.PENDING: "not translated yet: a warning says so",
}


@dataclass(frozen=True, slots=True)
class Function:
    """Where a key is translated. ``file`` is relative to the directory that holds the package."""

    name: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Key:
    """A compose key and its class, a letter."""

    path: str
    key_class: str
    fields: str


@dataclass(frozen=True, slots=True)
class ChangedObject:
    """An object in which a key has a part; no fields: it exists for the key."""

    object: str
    cause: str
    reason: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InProject:
    """What a key does in a project. ``findings`` are sentences."""

    given: bool
    location: str | None
    objects: tuple[ChangedObject, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What becomes of a key. ``schema_path`` is its path in the specification; empty texts say nothing."""

    path: str
    schema_path: str
    key_class: str
    meaning: str
    fields: str
    note: str
    remedy: str
    function: Function | None
    keys: tuple[Key, ...]
    project: InProject | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All keys of the specification, or those that a project gives, with how many there are of each class."""

    classes: dict[str, int]
    keys: tuple[Key, ...]


def explain(found: Found, project: InProject | None = None) -> Explanation:
    """What the registry says of a key, with what it does in a project where that is known."""
    row = found.row
    return Explanation(
        path=format_path(found.path).replace(".[]", "[]"),
        schema_path=row.path,
        key_class=row.key_class.value,
        meaning=MEANINGS[row.key_class],
        fields=row.fields,
        note=row.note,
        remedy=row.remedy,
        function=_function(row),
        keys=tuple(_key(entry, entry.path) for entry in below(row.path)),
        project=project,
    )


def in_project(found: Found, project: Project, plan_of: Callable[[Project], Plan]) -> InProject:
    """What the key at a place of a project does there. ``plan_of`` raises as ``hybridcompose.translate`` does."""
    from hybridcompose.diagnostics import HybridComposeError

    if not _is_given(project, found.path):
        return InProject(given=False, location=None, objects=(), findings=())
    location: Location | None = project.locate(found.path)
    objects: tuple[ChangedObject, ...] = ()
    try:
        plan = plan_of(project)
        from hybridcompose.translate.effects import effects

        objects = tuple(map(_object, effects(project, found.path, plan, plan_of)))
        diagnostics: Iterable[Diagnostic] = plan.diagnostics
    except HybridComposeError as error:
        diagnostics = error.diagnostics
    own = (entry for entry in diagnostics if entry.path and entry.path[: len(found.path)] == found.path)
    findings = tuple(dict.fromkeys(f"{entry.severity}[{entry.code}]: {entry.message}" for entry in own))
    return InProject(True, str(location) if location else None, objects, findings)


def overview(project: Project | None = None) -> Overview:
    """The keys that a project gives, or all of the specification."""
    keys = _given(project) if project is not None else [_key(row, row.path) for row in sorted(ROWS)]
    counts = {key_class.value: 0 for key_class in KeyClass}
    for key in keys:
        counts[key.key_class] += 1
    return Overview(counts, tuple(keys))


def _given(project: Project) -> list[Key]:
    from hybridcompose.translate.registry.given import given_keys

    return [_key(row, format_path(path)) for path, _, row in given_keys(project)]


def _key(row: Row, path: str) -> Key:
    return Key(path, row.key_class.value, row.fields)


def _object(effect: Effect) -> ChangedObject:
    return ChangedObject(str(effect.object), format_path(effect.cause), effect.reason, effect.fields)


def _function(row: Row) -> Function | None:
    if row.function is None:
        return None
    module = row.function.__module__
    line: int = row.function.__code__.co_firstlineno
    return Function(f"{module}.{row.function.__name__}", f"{module.replace('.', '/')}.py", line)


def _is_given(project: Project, path: tuple[str | int, ...]) -> bool:
    node: Any = project
    for part in path:
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, (list, tuple)):
            node = node[part] if isinstance(part, int) and part < len(node) else None
        elif part == EXTENSION:
            node = node.extensions.get(EXTENSION)
        else:
            given = str(part) in getattr(node, "model_fields_set", ())
            node = getattr(node, str(part)) if given else None
        if node is None:
            return False
    return True
