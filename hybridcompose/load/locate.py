"""The locate stage: which files make up the project, and which variables they see.

Source: Compose Specification, "The Compose file"; Docker Compose, "Pre-defined environment variables".
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.load.context import unreadable
from hybridcompose.load.environment import read_env_files
from hybridcompose.load.stages import EVERY_STAGE, Stages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hybridcompose.load.context import Context

FILE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
STDIN = "-"
_TRUE = ("1", "t", "T", "TRUE", "true", "True")


class Request(NamedTuple):
    """What a user asks to load, as ``hybridcompose.load`` takes it."""

    paths: tuple[str, ...]
    environment: Mapping[str, str]
    profiles: tuple[str, ...]
    project_directory: str | None
    project_name: str | None
    env_files: tuple[str, ...]
    stdin: Callable[[], bytes] | None
    stages: Stages = EVERY_STAGE


class Located(NamedTuple):
    """The files of a project, absolute and in order, and what they are read with."""

    files: tuple[str, ...]
    directory: str
    environment: dict[str, str]
    profiles: tuple[str, ...]
    project_name: str | None


def locate(request: Request, context: Context) -> Located:
    """Finds the compose files and reads the environment files, in the order of precedence of Docker Compose."""
    environment = _with_dot_env(dict(request.environment), _directory(request, request.paths), request, context)
    paths = request.paths or _from_variable(environment, context) or _discovered(request, context)
    if not paths:
        context.fail(
            Code.NO_COMPOSE_FILE,
            "no configuration file provided: not found",
            f"name one with -f, or create {FILE_NAMES[0]}",
        )
    directory = _directory(request, paths)
    environment = _with_dot_env(environment, directory, request, context)
    files = tuple(path if path == STDIN else os.path.abspath(context.local(path)) for path in paths)
    _read(files, request, context)
    profiles = request.profiles or tuple(
        profile.strip() for profile in environment.get("COMPOSE_PROFILES", "").split(",") if profile.strip()
    )
    name = request.project_name or environment.get("COMPOSE_PROJECT_NAME") or None
    return Located(files, directory, environment, profiles, name)


def _directory(request: Request, paths: Sequence[str]) -> str:
    if request.project_directory:
        return os.path.abspath(request.project_directory)
    named = next((path for path in paths if path != STDIN), None)
    return os.path.dirname(os.path.abspath(named)) if named is not None else os.getcwd()


def _with_dot_env(environment: dict[str, str], directory: str, request: Request, context: Context) -> dict[str, str]:
    """The environment over the variables of ``--env-file``, or of ``.env`` in the project directory."""
    named = request.env_files or tuple(file for file in environment.get("COMPOSE_ENV_FILES", "").split(",") if file)
    if named:
        files = [os.path.abspath(file) for file in named]
    elif environment.get("COMPOSE_DISABLE_ENV_FILE") in _TRUE:
        files = []
    else:
        default = os.path.join(directory, ".env")
        files = _implicit(default, context)
    return {**read_env_files(files, environment, context), **environment}


def _implicit(file: str, context: Context) -> list[str]:
    """The ``.env`` that nobody named: none is fine, a directory is none, and one out of reach is a warning."""
    try:
        mode = os.stat(file).st_mode
    except FileNotFoundError:
        return []
    except PermissionError:
        message = f"no permission to look at {file}: it is not read"
        context.warn(Code.UNREADABLE_FILE, message, remedy="name the file with --env-file, or change its mode")
        return []
    except OSError as error:
        context.fail(*unreadable(file, error))
    return [] if stat.S_ISDIR(mode) else [file]


def _from_variable(environment: Mapping[str, str], context: Context) -> tuple[str, ...]:
    value = environment.get("COMPOSE_FILE")
    if value is None:
        return ()
    paths = tuple(value.split(environment.get("COMPOSE_PATH_SEPARATOR") or os.pathsep))
    for path in paths:
        if path != STDIN and not os.path.isfile(path):
            context.fail(
                Code.NO_COMPOSE_FILE if not os.path.exists(path) else Code.UNREADABLE_FILE,
                f'COMPOSE_FILE names "{path}", which is not a file',
                "correct the variable, or unset it",
            )
    return paths


def _discovered(request: Request, context: Context) -> tuple[str, ...]:
    """The default files of the project directory, or of the nearest directory above it that has one."""
    directory = _directory(request, ())
    while True:
        found = _existing(FILE_NAMES, directory)
        if found:
            overrides = _existing(OVERRIDE_NAMES, directory)
            _warn_several(found, context)
            _warn_several(overrides, context)
            return (found[0], *overrides[:1])
        parent = os.path.dirname(directory)
        if parent == directory:
            return ()
        directory = parent


def _existing(names: Sequence[str], directory: str) -> list[str]:
    return [path for path in (os.path.join(directory, name) for name in names) if os.path.exists(path)]


def _warn_several(found: list[str], context: Context) -> None:
    if len(found) > 1:
        context.warn(
            Code.SEVERAL_COMPOSE_FILES,
            f"found several files with default names: {', '.join(found)}; using {found[0]}",
            remedy="name the one that is meant with -f",
        )


def _read(files: Sequence[str], request: Request, context: Context) -> None:
    for file in files:
        if file != STDIN:
            context.read(file)
        elif file not in context.files:
            context.files[STDIN] = request.stdin() if request.stdin is not None else b""


def normalised_name(name: str) -> str:
    """A project name with only what it may have: lower-case letters, digits, dashes and underscores."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-")
