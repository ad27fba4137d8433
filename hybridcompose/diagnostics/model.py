"""A finding about the user's input, and the errors that carry findings."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hybridcompose.diagnostics.codes import Code

#: A place in a project: mapping keys and list indexes from the top, such as ``("services", "web", "ports", 0)``.
ComposePath = tuple[str | int, ...]


class Severity(StrEnum):
    """How much a finding weighs: an error stops, ``--strict`` makes warnings stop, a note never does."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Location(NamedTuple):
    """A token in a file. ``line`` and ``column`` count from 1; ``file`` is as the user may open it, ``-`` is stdin.

    ``length`` is the token's width in characters on that line (at least 1).
    """

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Diagnostic(NamedTuple):
    """One finding: what is wrong (or differs), where, and what to write instead."""

    code: Code
    severity: Severity
    message: str
    path: ComposePath = ()
    remedy: str | None = None
    location: Location | None = None

    def located(self, locate: Callable[[ComposePath], Location | None]) -> Diagnostic:
        """The same finding with its position, looked up now if it is not known yet."""
        if self.location is not None or not self.path:
            return self
        return self._replace(location=locate(self.path))


def format_path(path: ComposePath) -> str:
    """A compose path as people write it: ``services.web.ports[0]``, keys with dots in quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = f'"{part}"' if "." in part or not part else part
            text += f".{name}" if text else name
    return text


class HybridComposeError(Exception):
    """The base of every error that a user can cause. ``diagnostics`` holds at least one error."""

    #: What the command line exits with.
    exit_code: ClassVar[int] = 1

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("\n".join(str_of(diagnostic) for diagnostic in self.diagnostics))

    def with_diagnostics(self, diagnostics: Iterable[Diagnostic]) -> Self:
        """The same kind of error with other findings."""
        return type(self)(diagnostics)


class LoadError(HybridComposeError):
    """The compose files, or what they name, cannot be read as a project."""

    exit_code = 15


class TranslateError(HybridComposeError):
    """The project cannot be translated as it is."""

    exit_code = 16


class OutputError(HybridComposeError):
    """The result cannot be written where it should go."""

    exit_code = 18


class ClusterError(HybridComposeError):
    """The cluster cannot be reached, or refuses a request. ``status`` is the HTTP status, where there is one."""

    exit_code = 19

    def __init__(self, diagnostics: Iterable[Diagnostic], status: int | None = None) -> None:
        super().__init__(diagnostics)
        self.status = status

    def with_diagnostics(self, diagnostics: Iterable[Diagnostic]) -> Self:
        return type(self)(diagnostics, self.status)


class BuildError(HybridComposeError):
    """The image of a service could not be built."""

    exit_code = 20


class ServiceError(HybridComposeError):
    """A service could not start, ended, or became unhealthy while others needed it."""

    exit_code = 21


class TimedOutError(HybridComposeError):
    """What was waited for did not come in time."""

    exit_code = 22


def brief(diagnostic: Diagnostic) -> Diagnostic:
    """The finding with the middle of overlong texts left out: whatever a file holds, a person can read what is said."""
    path = tuple(_shortened(part, _LONGEST_KEY) if isinstance(part, str) else part for part in diagnostic.path)
    remedy = diagnostic.remedy and _shortened(diagnostic.remedy, _LONGEST_TEXT)
    return diagnostic._replace(message=_shortened(diagnostic.message, _LONGEST_TEXT), path=path, remedy=remedy)


def _shortened(text: str, longest: int) -> str:
    end = longest // 3
    return text if len(text) <= longest else f"{text[: longest - end]} … {text[-end:]}"


_LONGEST_KEY = 200
_LONGEST_TEXT = 2000


def str_of(diagnostic: Diagnostic) -> str:
    """A finding on one line: place, compose path, message, remedy."""
    diagnostic = brief(diagnostic)
    place = " ".join(
        part
        for part in (
            str(diagnostic.location) if diagnostic.location else "",
            format_path(diagnostic.path),
        )
        if part
    )
    text = f"{place}: {diagnostic.message}" if place else diagnostic.message
    return f"{text} ({diagnostic.remedy})" if diagnostic.remedy else text


def abridged(names: Sequence[str]) -> list[str]:
    """A long chain of names with its middle left out."""
    left_out = len(names) - 2 * _CHAIN_ENDS
    if left_out <= 1:
        return list(names)
    return [*names[:_CHAIN_ENDS], f"({left_out} more)", *names[-_CHAIN_ENDS:]]


#: How much of each end of a chain is shown.
_CHAIN_ENDS = 8
