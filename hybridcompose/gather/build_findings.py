"""What can be wrong with a build section's files, as findings."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.diagnostics.remedies import meant, parted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.gather.ignore import InvalidPatternError


def missing_context(context: str, what: str, path: ComposePath) -> Diagnostic:
    return Diagnostic(
        Code.MISSING_BUILD_CONTEXT,
        Severity.ERROR,
        f"the build context {context} {what}",
        (*path, "context"),
        "give the directory that holds the Dockerfile, relative to the compose file",
    )


def missing_named_context(place: str, what: str, path: ComposePath) -> Diagnostic:
    return Diagnostic(
        Code.MISSING_BUILD_CONTEXT,
        Severity.ERROR,
        f"the additional build context {place} {what}",
        path,
        "give a directory, docker-image://IMAGE or service:NAME",
    )


def invalid_rules(file: str, error: InvalidPatternError, path: ComposePath) -> Diagnostic:
    return Diagnostic(
        Code.INVALID_DOCKERIGNORE,
        Severity.ERROR,
        f"{os.path.basename(file)}, line {error.line}: {error}",
        (*path, "context"),
        "write fewer patterns" if "more than" in str(error) else "close the bracket, or escape it with a backslash",
        Location(file, error.line, 1, max(len(error.pattern), 1)),
    )


def invalid_dockerfile(file: str | None, message: str, line: int, path: ComposePath, text: str = "") -> Diagnostic:
    """``file`` is ``None`` for a Dockerfile inside the compose file, ``line`` 0 where no line is to blame."""
    name = os.path.basename(file) if file else "the inline Dockerfile"
    place = f"{name}:{line}" if line else name
    at = (*path, "dockerfile" if file else "dockerfile_inline")
    location = _token(file, message, line, text) if file and line else None
    message, remedy = parted(message)
    found = re.match(_UNKNOWN, message)
    remedy = (meant(found[1], _INSTRUCTIONS) if found else None) or remedy or _remedy(message)
    return Diagnostic(Code.INVALID_DOCKERFILE, Severity.ERROR, f"{place}: {message}", at, remedy, location)


def in_compose_file(finding: Diagnostic, place: Location | None, message: str, line: int, text: str) -> Diagnostic:
    """A finding about a ``line`` of the Dockerfile that stands as a block at ``place``, at that line."""
    from hybridcompose.diagnostics.output import Sources

    number = place.line + line if place is not None else 0
    row = Sources().line(place.file, number) if place is not None and line else None
    wanted = (text.split("\n")[line - 1 : line] or [""])[0]
    if place is None or not row or row.strip() != wanted.strip():
        return finding
    return finding._replace(location=_token(place.file, message, number, "\n" * (number - 1) + row))


def _token(file: str, message: str, line: int, text: str) -> Location:
    """What of a line the message is about, else the line."""
    row = (text.split("\n")[line - 1 : line] or [""])[0].rstrip()
    found = next((match for pattern in _NAMING if (match := re.match(pattern, message))), None)
    column = row.find(found[1]) if found else -1
    if found is None or column < 0:
        column = len(row) - len(row.lstrip())
        return Location(file, line, column + 1, max(1, len(row) - column))
    return Location(file, line, column + 1, max(1, len(found[1])))


def _remedy(message: str) -> str:
    return next(
        (remedy for part, remedy in _REMEDIES if part in message), "correct the line as the Dockerfile reference has it"
    )


_UNKNOWN = r"unknown instruction: (\S+)"
#: Messages that name what they are about.
_NAMING = (_UNKNOWN, r"(\S+) is no port", r"(--[^:]+):", r"FROM (\S+) names", r"(\S+) stands before")
_INSTRUCTIONS = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)
#: What a message says -> what to do about it.
_REMEDIES = (
    ("has no FROM", "begin it with FROM IMAGE"),
    ("before the first FROM", "move it below FROM; only ARG may stand above"),
    ("grow beyond", "use shorter values"),
    ("heredoc", "end it with a line that holds its word alone"),
    ("names no image", "give its ARG a default, or a value in build.args"),
    ("is no port", "write a number up to 65535, or a range"),
    ("looking for matching", "close the quote"),
    ("JSON list", 'write SHELL ["/bin/bash", "-c"]'),
    ("unknown instruction", "begin the line with an instruction, or end the line above with a backslash"),
)


def unknown_target(file: str | None, message: str, path: ComposePath, target: str, known: Iterable[str]) -> Diagnostic:
    name = os.path.basename(file) if file else "the inline Dockerfile"
    remedy = meant(target, known) or "name one of its stages, or leave target out to build the last one"
    return Diagnostic(Code.INVALID_DOCKERFILE, Severity.ERROR, f"{name}: {message}", (*path, "target"), remedy)


def missing_dockerfile(file: str, error: OSError, path: ComposePath) -> Diagnostic:
    missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
    remedy = "give its path relative to the build context, or write dockerfile_inline"
    if error.errno == errno.EFBIG:
        remedy = "move what it writes into files of the context, and COPY them"
    what = "does not exist" if missing else f"cannot be read: {(error.strerror or 'unknown error').lower()}"
    return Diagnostic(
        Code.MISSING_DOCKERFILE,
        Severity.ERROR,
        f"the Dockerfile {file} {what}",
        (*path, "dockerfile"),
        remedy,
    )


def unreadable(error: OSError, directory: str, path: ComposePath) -> Diagnostic:
    file = error.filename if isinstance(error.filename, str) else directory
    return Diagnostic(
        Code.UNREADABLE_SOURCE,
        Severity.ERROR,
        f"{file} in the build context cannot be read: {(error.strerror or str(error)).lower()}",
        (*path, "context"),
        "make it readable, or exclude it in .dockerignore",
    )


def special_file(directory: str, special: str, path: ComposePath) -> Diagnostic:
    return Diagnostic(
        Code.SPECIAL_FILE,
        Severity.WARNING,
        f"{os.path.join(directory, special)} is a socket, pipe or device: it is left out of the build context",
        (*path, "context"),
        "exclude it in .dockerignore",
    )
