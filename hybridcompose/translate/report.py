"""Collects the findings of one translation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Container

    from hybridcompose.translate.registry.row import Row


class Report:
    """Findings in the order in which they were made; the same finding at the same path counts once.

    What is found of a service that stands for one of ``jobs`` is told at the job's path.
    """

    def __init__(self, jobs: Container[object] = ()) -> None:
        self._jobs = jobs
        self._found: dict[tuple[str, ComposePath, str], Diagnostic] = {}

    def add(
        self,
        severity: Severity,
        code: Code,
        path: ComposePath,
        message: str,
        remedy: str | None = None,
        location: Location | None = None,
    ) -> None:
        path = self.place(path)
        key = (code, path, f"{location}: {message}" if location else message)
        self._found.setdefault(key, Diagnostic(code, severity, message, path, remedy, location))

    def place(self, path: ComposePath) -> ComposePath:
        """Where something stands in the compose files."""
        if self._jobs and path[:1] == ("services",) and path[1] in self._jobs:
            return ("jobs", *path[1:])
        return path

    def error(self, code: Code, path: ComposePath, message: str, remedy: str | None = None) -> None:
        """Something that makes the translation impossible; ``translate`` raises after all errors are collected."""
        self.add(Severity.ERROR, code, path, message, remedy)

    def warning(
        self,
        code: Code,
        path: ComposePath,
        message: str,
        remedy: str | None = None,
        location: Location | None = None,
    ) -> None:
        """Something that is lost or behaves differently in a way that can break a program.

        ``location`` is where it stands in another file than the compose file.
        """
        self.add(Severity.WARNING, code, path, message, remedy, location)

    def note(self, code: Code, path: ComposePath, message: str, remedy: str | None = None) -> None:
        """A stated difference that seldom matters."""
        self.add(Severity.NOTE, code, path, message, remedy)

    def approximated(self, row: Row, path: ComposePath) -> None:
        """The stated difference of a registry row."""
        self.note(Code.APPROXIMATED, path, row.note, row.remedy or None)

    def has(self, code: Code, path: ComposePath) -> bool:
        """Whether there is a finding of that kind at that path."""
        return any(key[:2] == (code, path) for key in self._found)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(self._found.values())
