"""Compose files into a ``Project``, read as ``docker compose`` reads them."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location
from hybridcompose.load.context import MAX_NODES, Context
from hybridcompose.load.context import locate as locate_in
from hybridcompose.load.locate import Request
from hybridcompose.load.pipeline import Pipeline, project_of
from hybridcompose.spec.project import written_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hybridcompose.spec.project import Project

__all__ = ["load"]

#: Findings about a key itself, so that its name is shown and not what it says.
_NAMING_A_KEY = (Code.UNKNOWN_KEY, Code.UNDEFINED_REFERENCE, Code.MISSING_IMAGE)


def load(
    paths: Sequence[str] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    profiles: Sequence[str] = (),
    project_directory: str | None = None,
    project_name: str | None = None,
    env_files: Sequence[str] = (),
    stdin: Callable[[], bytes] | None = None,
    max_nodes: int = MAX_NODES,
) -> Project:
    """Loads the compose files ``paths`` (default: found as Docker Compose finds them) as one project.

    ``environment`` replaces the process's. ``stdin`` gives the bytes for the path ``-``. Raises ``LoadError`` with
    every mistake that was found, each at its place.
    """
    given = dict(os.environ if environment is None else environment)
    request = Request(
        tuple(paths or ()), given, tuple(profiles), project_directory, project_name, tuple(env_files), stdin
    )
    context = Context(home=given.get("HOME") or os.environ.get("HOME"), max_nodes=max_nodes)
    try:
        tree, located = Pipeline(request, context).tree()
        project = project_of(tree, located, context)
    except LoadError as error:
        found = _located(error.diagnostics, request, context)
        raise LoadError(map(context.discreet, found)) from None
    positions = _Positions(request, context)
    project._locate = positions
    project._diagnostics = _accepting(project, positions.warnings)
    return project


def _accepting(
    project: Project, warnings: Callable[[], tuple[Diagnostic, ...]]
) -> Callable[[], tuple[Diagnostic, ...]]:
    """The warnings, with those that the project accepts as notes; looked for only if there are any."""

    def found() -> tuple[Diagnostic, ...]:
        given = warnings()
        if not given:
            return ()
        from hybridcompose.diagnostics.accept import accepted_by, weighed

        written = ((path, value) for path, _, value in written_settings(project))
        return weighed(given, accepted_by(written))

    return found


def _located(findings: Sequence[Diagnostic], request: Request, context: Context) -> list[Diagnostic]:
    """The findings of a failed load with their positions, found by a second run that records them."""
    if all(finding.location is not None or not finding.path for finding in findings):
        return list(findings)
    traced = _traced(context)
    try:
        tree, _ = Pipeline(request, traced).tree()
    except LoadError as error:
        return list(error.diagnostics)
    return [finding.located(partial(locate_in, tree, key=finding.code in _NAMING_A_KEY)) for finding in findings]


def _traced(context: Context) -> Context:
    return replace(context, trace=True, warnings=[], focus=None)


class _Positions:
    """Positions of a loaded project's compose paths, found when the first one is asked for."""

    def __init__(self, request: Request, context: Context) -> None:
        self.request = request
        self.context = context
        self.tree: object = None

    def __call__(self, path: ComposePath, *, key: bool = False) -> Location | None:
        self.run()
        return locate_in(self.tree, path, key=key)

    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings of the load; only if there are any, their positions are looked up."""
        if self.context.warnings:
            self.run()
        return tuple(self.context.warnings)

    def run(self) -> None:
        if self.tree is None:
            traced = _traced(self.context)
            self.tree, _ = Pipeline(self.request, traced).tree()
            self.context.warnings = traced.warnings
