"""What every command needs: the global options, the project that they name, and where findings go."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from hybridcompose.cli.exit_codes import ExitCode, told
from hybridcompose.cli.streams import StandardInput, say
from hybridcompose.diagnostics import HybridComposeError, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.diagnostics.output import Form
    from hybridcompose.load import Model, Source, Stages
    from hybridcompose.plan import Plan
    from hybridcompose.spec import Project


class RefusedError(Exception):
    """``--strict`` and there were warnings, which have been shown."""

    exit_code = ExitCode.WARNINGS


@dataclass(frozen=True, slots=True)
class Session:
    """The global options of one run."""

    files: tuple[str, ...] = ()
    project_name: str | None = None
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    project_directory: str | None = None
    config_file: str | None = None
    parallel: int | None = None
    all_resources: bool = False
    form: Form = "text"
    strict: bool = False
    quiet: bool = False
    stdin: StandardInput = field(default_factory=StandardInput)

    def load(self, *more_profiles: str, stages: Stages | None = None) -> Project:
        """The project that the options name; with fewer ``stages``, one to look at."""
        from hybridcompose.load import EVERY_STAGE, load

        return load(
            self.files, profiles=(*self.profiles, *more_profiles), stages=stages or EVERY_STAGE, **self._source()
        )

    def load_if_there(self) -> Project | None:
        """The project; ``None`` where no file is named and none found."""
        from hybridcompose.diagnostics import Code, LoadError

        try:
            return self.load()
        except LoadError as error:
            if not self.files and error.diagnostics[0].code is Code.NO_COMPOSE_FILE:
                return None
            raise

    def model(self, stages: Stages) -> Model:
        """The same before variables are replaced: a tree."""
        from hybridcompose.load import load_model

        return load_model(self.files, stages=stages, **self._source())

    def _source(self) -> Source:
        # Docker Compose knows PWD even where what started it does not set it.
        environment = os.environ if "PWD" in os.environ else {**os.environ, "PWD": os.getcwd()}
        return {
            "environment": environment,
            "project_directory": self.project_directory,
            "project_name": self.project_name,
            "env_files": self.env_files,
            "stdin": self.stdin.read,
        }

    def load_services(
        self, names: Collection[str], stages: Stages | None = None, *, dependencies: bool = True
    ) -> Project:
        """The project with these services and their dependencies; whole where none is named.

        Naming a service activates its profiles, as under Docker Compose. Raises ``click.BadParameter``.
        """
        from hybridcompose.load.selection import with_services

        project = self.load_enabling(names, stages)
        try:
            return with_services(project, names, dependencies=dependencies)
        except KeyError as error:
            raise click.BadParameter(f"there is no service {error.args[0]!r}", param_hint="SERVICE") from None

    def load_enabling(self, names: Collection[str], stages: Stages | None = None) -> Project:
        """The whole project, with the profiles of these services active."""
        from hybridcompose.load.selection import profiles_of

        project = self.load(stages=stages)
        needed = profiles_of(project, names)
        if not needed:
            return project
        # Profiles that are given replace those of the variable.
        active = () if self.profiles else project.environment.get("COMPOSE_PROFILES", "").split(",")
        return self.load(*filter(None, map(str.strip, (*active, *needed))), stages=stages)

    def configured(self) -> dict[str, Any]:
        """The options that the organisation's configuration sets."""
        from hybridcompose.load.configuration import read_configuration

        return dict(read_configuration(self.config_file, os.environ).options)

    def report(self, found: Iterable[Diagnostic]) -> None:
        """Shows findings on standard error. Raises ``RefusedError`` where ``--strict`` makes one of them an error."""
        kept = [self._weighed(diagnostic) for diagnostic in found]
        self.show(kept)
        if any(diagnostic.severity is Severity.ERROR for diagnostic in kept):
            raise RefusedError

    def translated(self, project: Project, translate: Callable[[], Plan]) -> Plan:
        """The plan, after all that was found on the way to it was shown. Raises as ``translate`` and ``report`` do."""
        try:
            plan = translate()
        except HybridComposeError as error:
            raise error.with_diagnostics((*project.diagnostics, *error.diagnostics)) from error
        self.report((*project.diagnostics, *self._wanted(plan.diagnostics)))
        return plan

    def _wanted(self, found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
        """What ``show`` does not hide: nobody has to look for the places of the rest."""
        if not self.quiet:
            return found
        from hybridcompose.diagnostics.findings import without_notes

        return without_notes(found)

    def show(self, found: Iterable[Diagnostic]) -> None:
        """Shows findings on standard error; ``--quiet`` hides the notes."""
        kept = [entry for entry in found if not (self.quiet and entry.severity is Severity.NOTE)]
        if not kept:
            return
        from hybridcompose.diagnostics.output import Sources, colour, show

        coloured = colour.wanted(os.environ, terminal=sys.stderr is not None and sys.stderr.isatty())
        workspace = os.environ.get("GITHUB_WORKSPACE")
        say(show(kept, self.form, sources=Sources(self.stdin.content), colour=coloured, workspace=workspace))

    def tell_code(self, code: int) -> None:
        """Says what a failed command exits with, and what that means; not to a program that reads lines of JSON."""
        if self.form != "json":
            say(told(code))

    def _weighed(self, diagnostic: Diagnostic) -> Diagnostic:
        if self.strict and diagnostic.severity is Severity.WARNING:
            return diagnostic._replace(severity=Severity.ERROR)
        return diagnostic
