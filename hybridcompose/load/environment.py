"""Variables from files: ``.env``, ``--env-file``, and the ``env_file`` and ``label_file`` of services.

Source: Compose Specification, "env_file", "label_file"; Docker Compose, "Environment variables precedence".
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hybridcompose.load.context import Context
    from hybridcompose.spec.container import ContainerSpec
    from hybridcompose.spec.project import Project

    Lookup = Callable[[str], str | None]

#: A longer file of variables is not read: no process takes as much, and no object of a cluster holds it.
MAX_ENV_FILE = 4 * 1024 * 1024


def read_env_files(
    files: Iterable[str],
    environment: Mapping[str, str],
    context: Context,
    path: ComposePath = (),
    *,
    listed: bool = False,
) -> dict[str, str]:
    """The variables of several files, a later one's over an earlier one's; ``environment`` serves look-ups.

    ``path`` is where the files are named; ``listed``: each at an index of its own.
    """
    found: dict[str, str] = {}
    for index, file in enumerate(files):
        _read_into(found, file, environment.get, context, (*path, index) if listed else path)
    return found


def with_env_files(project: Project, context: Context, *, environment: bool = True) -> Project:
    """The project with every ``environment`` complete, and services with ``env_file`` and ``label_file`` read in.

    Without ``environment`` it and ``env_file`` are left as they are.
    """
    reading = _Reading(project, context, environment)
    services = {
        name: service.model_copy(update=update)
        if (update := _resolved(service, reading, ("services", name)))
        else service
        for name, service in project.services.items()
    }
    if not environment:
        return project.model_copy(update={"services": services})
    # The files of a job are read when it runs.
    jobs = {
        name: job.model_copy(update={"environment": _own(job, project.environment)})
        if None in job.environment.values()
        else job
        for name, job in project.jobs.items()
    }
    return project.model_copy(update={"services": services, "jobs": jobs})


class _Reading(NamedTuple):
    """What files are read for, and whether those of ``env_file`` are among them."""

    project: Project
    context: Context
    environment: bool

    def file(self, path: str) -> str:
        return os.path.join(self.project.working_dir, path)


def _resolved(spec: ContainerSpec, reading: _Reading, path: ComposePath) -> dict[str, object]:
    update: dict[str, object] = {}
    if reading.environment and (spec.env_file or None in spec.environment.values()):
        update["environment"] = _environment(spec, reading, path)
        update["env_file"] = ()
    if spec.label_file:
        update["labels"] = {**_label_files(spec, reading, path), **spec.labels}
    hooks = getattr(spec, "pre_start", ())
    if hooks:
        update["pre_start"] = tuple(
            hook.model_copy(update=_resolved(hook, reading, (*path, "pre_start", index)))
            for index, hook in enumerate(hooks)
        )
    return update


def _environment(spec: ContainerSpec, reading: _Reading, path: ComposePath) -> dict[str, str | None]:
    shell = reading.project.environment
    own = _own(spec, shell)
    values = {name: value for name, value in own.items() if value is not None}

    def lookup(name: str) -> str | None:
        return shell.get(name, own.get(name))

    for index, file in enumerate(spec.env_file):
        name = reading.file(file.path)
        if file.required or not _is_missing(name):
            place = (*path, "env_file", index, "path")
            with reading.context.keeping():
                _read_into(values, name, lookup, reading.context, place, form=file.format)
    return {**values, **own}


def _own(spec: ContainerSpec, shell: Mapping[str, str]) -> dict[str, str | None]:
    """What the section itself says; names without a value take the shell's."""
    return {name: shell.get(name) if value is None else value for name, value in spec.environment.items()}


def _label_files(spec: ContainerSpec, reading: _Reading, path: ComposePath) -> dict[str, str]:
    labels: dict[str, str] = {}
    for index, file in enumerate(spec.label_file):
        with reading.context.keeping():
            _read_into(labels, reading.file(file), labels.get, reading.context, (*path, "label_file", index))
    return labels


def _read_into(
    values: dict[str, str],
    file: str,
    lookup: Lookup,
    context: Context,
    path: ComposePath,
    *,
    form: str | None = None,
) -> None:
    """Adds a file's variables to ``values``, which are known to interpolation too."""
    if form not in (None, "", "raw"):
        place = (*path[:-1], "format")
        context.fail(
            Code.INVALID_VALUE, f'unknown env_file format "{form}"', "write format: raw, or leave it out", path=place
        )
    text = _text(file, context, path)
    from hybridcompose.load import dotenv  # few small projects have such files

    def unset(name: str) -> None:
        context.warn(
            Code.UNSET_VARIABLE,
            f'{file}: the variable "{name}" is not set; an empty string stands in for it',
            path=path,
            remedy=f"set {name}, or write ${{{name}:-}} where empty is meant",
        )

    try:
        if form == "raw":
            dotenv.parse_raw(text, lookup, into=values)
        else:
            dotenv.parse(text, lookup, into=values, warn=unset)
    except dotenv.EnvFileError as error:
        from hybridcompose.load.inside import narrowed

        message, _, remedy = error.message.partition(": write ")
        place = Location(file, error.line, error.column)
        location = narrowed(place, text.split("\n"), re.escape(error.token), lines=1) if error.token else place
        remedy = f"write {remedy or 'NAME=value, one a line'}"
        finding = Diagnostic(Code.INVALID_ENV_FILE, Severity.ERROR, message, path, remedy, location)
        raise LoadError([finding]) from None


def _is_missing(file: str) -> bool:
    """Whether nothing has that name; what is there and out of reach is not missing."""
    try:
        os.stat(file)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _text(file: str, context: Context, path: ComposePath) -> str:
    if file not in context.files and _is_missing(file):
        context.fail(
            Code.MISSING_ENV_FILE,
            f"env file {file} not found",
            "create it, or write required: false beside its path" if path else "create it, or leave --env-file out",
            path=path,
        )
    return context.read(file, path, MAX_ENV_FILE).decode("utf-8", errors="replace")
