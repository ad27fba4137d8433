"""Finds every key that a project gives and that is not translated: nothing is dropped silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.base import Spec
from hybridcompose.spec.container import ContainerSpec
from hybridcompose.translate.registry.index import ROWS, row_of
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.scope import ProjectScope

#: Settings of this tool in compose files.
EXTENSION = "x-hybridcompose"

#: Where the key stands in ``services.NAME.pre_start[N].KEY``.
_HOOK_KEY = 4

_REPORTED = (KeyClass.DIAGNOSED, KeyClass.PENDING)
#: What has a reported key somewhere below: the rest of a project is not visited.
_ABOVE_REPORTED = frozenset(
    row.path[:end]
    for row in ROWS
    if row.key_class in _REPORTED
    for end in range(len(row.path) + 1)
    if end == len(row.path) or row.path[end] in ".["
)


def report_untranslated(root: ProjectScope, project: Project) -> None:
    """Reports each outermost key that is given, does more than the default, and is not translated."""
    for path, value, row in _given(project, "", ()):
        if row.key_class in _REPORTED and value not in row.defaults and not _is_told_elsewhere(root, project, path):
            report_row(root.report, row, path)
    _report_extensions(root, project)


def _is_told_elsewhere(root: ProjectScope, project: Project, path: ComposePath) -> bool:
    return _is_inherited(project, path) or _is_moot(root, path)


def _is_inherited(project: Project, path: ComposePath) -> bool:
    """Whether a `pre_start` hook has a key from its service, which is where it is reported."""
    if path[2:3] != ("pre_start",) or len(path) <= _HOOK_KEY:
        return False
    service, key = project.services[str(path[1])], str(path[_HOOK_KEY])
    own = getattr(service.pre_start[int(path[3])], key)
    return key in ContainerSpec.model_fields and bool(own == getattr(service, key))


def _is_moot(root: ProjectScope, path: ComposePath) -> bool:
    """Whether a restart would be that of a service in the same pod, whose network outlives its containers."""
    if path[0] != "services" or path[2:3] != ("depends_on",) or path[4:] != ("restart",):
        return False
    name, target = str(path[1]), str(path[3])
    return target in root.project.services and root.pod_of(target) == root.pod_of(name)


def report_row(report: Report, row: Row, path: ComposePath) -> None:
    """Reports a key that is given and that nothing translates, or nothing yet."""
    tell = report.error if row.fatal else report.warning
    if row.key_class is KeyClass.PENDING:
        tell(Code.NOT_TRANSLATED, path, f"{path[-1]} is not translated yet. {row.note}", row.remedy or None)
    else:
        tell(Code.NO_EQUIVALENT, path, f"{path[-1]} has no equivalent in Kubernetes. {row.note}", row.remedy or None)


def _given(spec: Spec, pattern: str, path: ComposePath) -> Iterator[tuple[ComposePath, object, Row]]:
    """The keys that ``spec`` gives, each with its row, outermost ones alone where a row is reported."""
    for key in sorted(spec.model_fields_set - {"extensions"}):
        value = getattr(spec, key)
        if not _is_default(type(spec), key, value):
            yield from _visit(value, f"{pattern}.{key}" if pattern else key, (*path, key))


def _is_default(model: type[Spec], key: str, value: object) -> bool:
    if isinstance(value, Spec) and not value.model_fields_set:
        return True
    return value is None or bool(value == model.model_fields[key].get_default(call_default_factory=True))


def _visit(value: object, pattern: str, path: ComposePath) -> Iterator[tuple[ComposePath, object, Row]]:
    if not pattern.endswith("[]"):
        row = row_of(pattern)
        yield path, value, row
        if row.key_class in _REPORTED:
            return
    if pattern not in _ABOVE_REPORTED:
        return
    if isinstance(value, Spec):
        yield from _given(value, pattern, path)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _visit(value[key], f"{pattern}.*", (*path, key))
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _visit(entry, f"{pattern}[]", (*path, index))


def _report_extensions(root: ProjectScope, project: Project) -> None:
    elements: list[tuple[ComposePath, Spec]] = [((), project)]
    for kind in ("services", "networks", "volumes"):
        elements += [((kind, name), element) for name, element in sorted(getattr(project, kind).items())]
    for path, element in elements:
        if EXTENSION in element.extensions:
            message = f"{EXTENSION} is not translated yet: its settings have no effect"
            root.report.warning(Code.NOT_TRANSLATED, (*path, EXTENSION), message)
