"""Compose files into a ``Project``, read as ``docker compose`` reads them."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity
from hybridcompose.load.context import MAX_FINDINGS, MAX_NODES, Context
from hybridcompose.load.context import locate as locate_in
from hybridcompose.load.locate import Request
from hybridcompose.load.marks import is_collection
from hybridcompose.load.pipeline import Pipeline, project_of, without_contents
from hybridcompose.load.stages import EVERY_STAGE, Stages
from hybridcompose.spec.project import written_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypedDict, TypeVar, Unpack

    from hybridcompose.load.locate import Located
    from hybridcompose.spec.project import Project

    T = TypeVar("T")

    class Source(TypedDict, total=False):
        """What is loaded, beside the files.

        ``environment`` replaces the process's. ``project_directory`` is what relative paths start from,
        ``project_name`` wins over what files say, ``env_files`` replace ``.env``, ``stdin`` gives the bytes for the
        path ``-``.
        """

        environment: Mapping[str, str] | None
        project_directory: str | None
        project_name: str | None
        env_files: Sequence[str]
        stdin: Callable[[], bytes] | None
        max_nodes: int


__all__ = ["EVERY_STAGE", "Model", "Stages", "load", "load_model"]

#: Findings about a key itself, so that its name is shown and not what it says.
_NAMING_A_KEY = (Code.UNKNOWN_KEY, Code.MISSING_IMAGE, Code.CONFLICTING_VALUES)


class Model(NamedTuple):
    """A project as a canonical tree that is not held against the models, and the warnings of its load.

    ``environment`` is what interpolation would look variables up in.
    """

    name: str
    tree: dict[str, Any]
    environment: dict[str, str]
    diagnostics: tuple[Diagnostic, ...]


def load(
    paths: Sequence[str] | None = None,
    *,
    profiles: Sequence[str] = (),
    stages: Stages = EVERY_STAGE,
    **source: Unpack[Source],
) -> Project:
    """Loads the compose files ``paths`` (default: found as Docker Compose finds them) as one project.

    ``stages`` leaves stages out; interpolation is part of every project. Raises ``LoadError`` with every mistake that
    was found, each at its place.
    """
    request = _request(paths, profiles, stages._replace(interpolate=True), source)
    context = _context(request, source)
    project = _reported(request, context, lambda tree, located: project_of(tree, located, context, stages))
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


def load_model(paths: Sequence[str] | None = None, *, stages: Stages, **source: Unpack[Source]) -> Model:
    """As ``load``, but the tree before it is held against the models, so that its variables need not be replaced.

    It has all services, whatever their profiles, and neither what secrets hold nor what ``env_file`` says.
    """
    request = _request(paths, (), stages, source)
    context = _context(request, source)
    tree, located = _reported(request, context, lambda tree, located: (without_contents(tree), located))
    name = located.project_name or ""
    environment = {**located.environment, "COMPOSE_PROJECT_NAME": name}
    return Model(name, tree, environment, _Positions(request, context).warnings())


def _request(paths: Sequence[str] | None, profiles: Sequence[str], stages: Stages, source: Source) -> Request:
    environment = source.get("environment")
    return Request(
        tuple(paths or ()),
        dict(os.environ if environment is None else environment),
        tuple(profiles),
        source.get("project_directory"),
        source.get("project_name"),
        tuple(source.get("env_files", ())),
        source.get("stdin"),
        stages,
    )


def _context(request: Request, source: Source) -> Context:
    home = request.environment.get("HOME") or os.environ.get("HOME")
    max_nodes = source.get("max_nodes", MAX_NODES)
    return Context(home=home, max_nodes=max_nodes, lenient=not request.stages.interpolate)


def _reported(request: Request, context: Context, work: Callable[[dict[str, Any], Located], T]) -> T:
    """What ``work`` makes of the canonical tree; findings get their places, and lose values of variables."""
    early = 0
    result = None
    try:
        tree, located = Pipeline(request, context).tree()
        early = len(context.errors)
        result = work(tree, located)
    except LoadError as error:
        context.errors += (finding for finding in error.diagnostics if finding not in context.errors)
    if result is None or context.errors:
        found = _located(context.errors, early, request, context)
        raise LoadError(_told(map(context.discreet, found)))
    return result


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

    def __call__(self, path: ComposePath, *, key: bool = False) -> Location | None:
        self.run()
        return locate_in(self.tree, path, key=key or is_collection(self.tree, path))

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
