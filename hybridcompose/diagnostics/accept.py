"""Findings that a project accepts: ``x-hybridcompose.accept`` makes warnings of these codes notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics.model import ComposePath, Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable


class Accepted(NamedTuple):
    """Codes, and the part of the project in which they are accepted."""

    path: ComposePath
    codes: frozenset[str]

    def covers(self, finding: Diagnostic) -> bool:
        """Whether a finding is accepted."""
        return finding.code in self.codes and finding.path[: len(self.path)] == self.path


def accepted_by(settings: Iterable[tuple[ComposePath, Any]]) -> tuple[Accepted, ...]:
    """What settings as written accept, each with the path of its element; what is no list of texts counts nothing."""
    return tuple(
        Accepted(path, frozenset(code for code in value["accept"] if isinstance(code, str)))
        for path, value in settings
        if isinstance(value, dict) and isinstance(value.get("accept"), (list, tuple))
    )


def weighed(found: Iterable[Diagnostic], accepted: tuple[Accepted, ...]) -> tuple[Diagnostic, ...]:
    """The findings, with warnings that are accepted as notes."""
    return tuple(
        finding._replace(severity=Severity.NOTE)
        if finding.severity is Severity.WARNING and any(entry.covers(finding) for entry in accepted)
        else finding
        for finding in found
    )
