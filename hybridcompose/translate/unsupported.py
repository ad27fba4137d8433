"""Finds every key that a project gives and that is not translated: nothing is dropped silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.registry.given import given_keys
from hybridcompose.translate.registry.index import ROWS
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec.base import Spec
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.scope import ProjectScope

#: Settings of this tool in compose files.
EXTENSION = "x-hybridcompose"

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
    _report_extensions(root)


def _report(report: Report, row: Row, path: ComposePath) -> None:
    tell = report.error if row.fatal else report.warning
    if row.key_class is KeyClass.PENDING:
        tell(Code.NOT_TRANSLATED, path, f"{path[-1]} is not translated yet. {row.note}", row.remedy or None)
    else:
        tell(Code.NO_EQUIVALENT, path, f"{path[-1]} has no equivalent in Kubernetes. {row.note}", row.remedy or None)


def _report_extensions(root: ProjectScope) -> None:
    project = root.project
    elements: list[tuple[ComposePath, Spec]] = [((), project)]
    for kind in ("services", "networks", "volumes"):
        elements += [((kind, name), element) for name, element in sorted(getattr(project, kind).items())]
    for path, element in elements:
        if EXTENSION in element.extensions:
            message = f"{EXTENSION} is not translated yet: its settings have no effect"
            root.report.warning(Code.NOT_TRANSLATED, (*path, EXTENSION), message)
