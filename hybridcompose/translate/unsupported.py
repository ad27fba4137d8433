"""Finds every key that a project gives and that is not translated: nothing is dropped silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.project import EXTENSION, written_settings
from hybridcompose.translate.registry.given import given_keys
from hybridcompose.translate.registry.index import ROWS
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.scope import ProjectScope

#: Elements in which they mean nothing.
_IDLE = ("configs", "jobs", "secrets")

_REPORTED = (KeyClass.DIAGNOSED, KeyClass.PENDING)
_ROWS_REPORTED = frozenset(row.path for row in ROWS if row.key_class in _REPORTED)
#: What has a reported key somewhere below: the rest of a project is not visited.
_ABOVE_REPORTED = frozenset(
    path[:end] for path in _ROWS_REPORTED for end in range(len(path) + 1) if end == len(path) or path[end] in ".["
)
_VISITED = _ABOVE_REPORTED - _ROWS_REPORTED


def report_untranslated(root: ProjectScope) -> None:
    """Reports each outermost key that is given, does more than the default, and is not translated."""
    for path, value, row in given_keys(root.project, _VISITED.__contains__):
        if row.key_class in _REPORTED and value not in row.defaults:
            _report(root.report, row, path)
    _report_idle_settings(root)


def _report(report: Report, row: Row, path: ComposePath) -> None:
    tell = report.error if row.fatal else report.warning
    if row.key_class is KeyClass.PENDING:
        tell(Code.NOT_TRANSLATED, path, f"{path[-1]} is not translated yet. {row.note}", row.remedy or None)
    else:
        tell(Code.NO_EQUIVALENT, path, f"{path[-1]} has no equivalent in Kubernetes. {row.note}", row.remedy or None)


def has_settings(project: Project) -> bool:
    """Whether the project has ``x-hybridcompose`` where it means something."""
    return next(written_settings(project), None) is not None


def _report_idle_settings(root: ProjectScope) -> None:
    """``x-hybridcompose`` where it means nothing."""
    project = root.project
    elements = ((kind, name, element) for kind in _IDLE for name, element in sorted(getattr(project, kind).items()))
    for kind, name, element in elements:
        if EXTENSION in element.extensions:
            message = f"{EXTENSION} has no meaning in {kind}"
            remedy = "write it at the top level, or in a service, a volume or a network"
            root.report.warning(Code.NO_EQUIVALENT, (kind, name, EXTENSION), message, remedy)
