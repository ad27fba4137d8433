"""Finds every key that a project gives and that is not translated: nothing is dropped silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.container import ContainerSpec
from hybridcompose.spec.project import EXTENSION, written_settings
from hybridcompose.translate.registry.given import given_keys
from hybridcompose.translate.registry.index import DERIVED, WRITTEN, row_of
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.scope import ProjectScope

#: Elements in which they mean nothing.
_IDLE = ("configs", "jobs", "secrets")

#: Where the key stands in ``services.NAME.pre_start[N].KEY``.
_HOOK_KEY = 4

_REPORTED = (KeyClass.DIAGNOSED, KeyClass.PENDING)
_ROWS_REPORTED = frozenset(row.path for row in WRITTEN if row.key_class in _REPORTED)
#: What has a reported key somewhere below: the rest of a project is not visited.
_VISITED = {path[:end] for path in _ROWS_REPORTED for end in range(len(path)) if path[end] in ".["} - _ROWS_REPORTED


def _is_reported(pattern: str) -> bool:
    return pattern in _ROWS_REPORTED if not pattern.startswith(DERIVED) else row_of(pattern).key_class in _REPORTED


def _inside(pattern: str) -> bool:
    """Whether a reported key may stand below a schema path."""
    if not pattern.startswith(DERIVED):
        return pattern in _VISITED
    return pattern.endswith(("[]", "*")) or row_of(pattern).key_class not in _REPORTED


def report_untranslated(root: ProjectScope, project: Project) -> None:
    """Reports each outermost key that is given, does more than the default, and is not translated."""
    for path, value, row in given_keys(project, _inside, _is_reported):
        if value not in row.defaults and not _is_told_elsewhere(root, project, path):
            report_row(root.report, row, path)
    _report_idle_settings(root, project)


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


def has_settings(project: Project) -> bool:
    """Whether the project has ``x-hybridcompose`` where it means something."""
    return next(written_settings(project), None) is not None


def _report_idle_settings(root: ProjectScope, project: Project) -> None:
    """``x-hybridcompose`` where it means nothing."""
    elements = ((kind, name, element) for kind in _IDLE for name, element in sorted(getattr(project, kind).items()))
    for kind, name, element in elements:
        if EXTENSION in element.extensions:
            message = f"{EXTENSION} has no meaning in {kind}"
            remedy = "write it at the top level, or in a service, a volume or a network"
            root.report.warning(Code.NO_EQUIVALENT, (kind, name, EXTENSION), message, remedy)
