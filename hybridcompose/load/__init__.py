"""Compose files into a ``Project``, read as ``docker compose`` reads them."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity
from hybridcompose.load.context import MAX_FINDINGS, MAX_NODES, Context
from hybridcompose.load.context import locate as locate_in
from hybridcompose.load.locate import Request
from hybridcompose.load.marks import is_collection
from hybridcompose.load.pipeline import Pipeline, project_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hybridcompose.spec.project import Project

__all__ = ["load"]

#: Findings about a key itself, so that its name is shown and not what it says.
_NAMING_A_KEY = (Code.UNKNOWN_KEY, Code.MISSING_IMAGE, Code.CONFLICTING_VALUES)


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
    early = 0
    project = None
    try:
        tree, located = Pipeline(request, context).tree()
        early = len(context.errors)
        project = project_of(tree, located, context)
    except LoadError as error:
        context.errors += (finding for finding in error.diagnostics if finding not in context.errors)
    if project is None or context.errors:
        found = _located(context.errors, early, request, context)
        raise LoadError(_told(map(context.discreet, found)))
    positions = _Positions(request, context)
    project._locate = positions
    project._diagnostics = positions.warnings
    return project


def _located(findings: Sequence[Diagnostic], early: int, request: Request, context: Context) -> list[Diagnostic]:
    """The findings of a failed load with their positions, found by a second run that records them.

    All but the first ``early`` are about the whole tree.
    """
    if all(finding.location is not None for finding in findings):
        return list(findings)
    traced = _traced(context)
    try:
        tree, _ = Pipeline(request, traced).tree()
    except LoadError as error:
        return [*traced.errors, *(finding for finding in error.diagnostics if finding not in traced.errors)]
    late = findings[early:]
    return [*traced.errors, *(finding.located(partial(locate_in, tree, key=_is_key(finding))) for finding in late)]


def _is_key(finding: Diagnostic) -> bool:
    """Whether a finding is shown at its key, and not at the value."""
    if finding.code is Code.UNDEFINED_REFERENCE:
        # These name a thing as their value; dependencies and networks are named by keys.
        return finding.path[-1] not in ("source", "network_mode") and finding.path[-2] != "additional_contexts"
    return finding.code in _NAMING_A_KEY


def _told(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings in the order of the files; what aliases and bases repeat is said once, and not too much at all."""
    from hybridcompose.diagnostics.output.order import in_file_order

    told: dict[object, Diagnostic] = {}
    for finding in findings:
        repeated = finding.location and (finding.code, finding.message, finding.location)
        told.setdefault(repeated or finding, finding)
    ordered = list(in_file_order(told.values()))
    if len(ordered) > MAX_FINDINGS:
        more = "there are more mistakes than are shown"
        remedy = "correct the first ones and load again"
        ordered[MAX_FINDINGS:] = [Diagnostic(ordered[MAX_FINDINGS].code, Severity.ERROR, more, (), remedy)]
    return ordered


def _traced(context: Context) -> Context:
    return replace(context, trace=True, warnings={}, counted={}, focus=None, errors=[], pruned=set(), incomplete=False)


class _Positions:
    """Positions of a loaded project's compose paths, found when the first one is asked for."""

    def __init__(self, request: Request, context: Context) -> None:
        self.request = request
        self.context = context
        self.tree: object = None

    def __call__(self, path: ComposePath) -> Location | None:
        self.run()
        return locate_in(self.tree, path, key=is_collection(self.tree, path))

    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings of the load; only if there are any, their positions are looked up."""
        if self.context.warnings:
            self.run()
            from hybridcompose.diagnostics.output.order import in_file_order

            return in_file_order(self.context.located_warnings())
        return ()

    def run(self) -> None:
        if self.tree is None:
            traced = _traced(self.context)
            self.tree, _ = Pipeline(self.request, traced).tree()
            self.context.warnings = traced.warnings
