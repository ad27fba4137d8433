"""Compose paths as people write them: read, and found in the registry.

``services.web.ports[0]`` and ``services.*.ports[].target`` are whole; ``healthcheck`` and ``services.healthcheck``
are short for ``services.*.healthcheck``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.translate.registry import extension_keys
from hybridcompose.translate.registry.index import CANONICAL_ONLY
from hybridcompose.translate.registry.index import ROWS as COMPOSE_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.registry.row import Row

#: Any item of a list, where a path does not say which.
ITEM = "[]"
#: Any name, where a path does not say which.
ANY = "*"

_PART = re.compile(r'\s*(?:"([^"]*)"|([^.\[\]"]+)|\[(\d*)\])')
#: The keys of Compose and our own.
ROWS = (*COMPOSE_ROWS, *extension_keys.ROWS)
_BY_PATH = {row.path: row for row in ROWS}
_PATHS = frozenset((*_BY_PATH, *CANONICAL_ONLY))
_PREFIXES = frozenset(
    path[:end] for path in _PATHS for end in range(1, len(path) + 1) if end == len(path) or path[end] in ".["
)


class UnknownPathError(ValueError):
    """No such path. ``nearest`` is what may be meant, whole, where something is near."""

    def __init__(self, text: str, nearest: str = "") -> None:
        super().__init__(f"there is no compose key {text!r}")
        self.nearest = nearest


class Found(NamedTuple):
    """A path, its row, and whether it names one place of a project (no ``*`` and ``[]`` in it)."""

    path: ComposePath
    row: Row

    @property
    def concrete(self) -> bool:
        return ANY not in self.path and ITEM not in self.path


def find(text: str, services: Collection[str] = ()) -> Found:
    """The row of a path as it was typed. ``services`` are names that a project has: ``services.NAME`` is then one.

    Raises ``UnknownPathError``.
    """
    parts = _parsed(text)
    for candidate in _readings(parts, services):
        pattern, known = _pattern(candidate)
        if known == len(candidate):
            return Found(candidate, _BY_PATH[CANONICAL_ONLY.get(pattern, pattern).removesuffix(ITEM)])
    raise UnknownPathError(text, _nearest(parts))


def below(pattern: str) -> tuple[Row, ...]:
    """The rows of the keys that stand directly below a schema path."""
    inner = re.compile(rf"{re.escape(pattern)}(\[\]|\.\*)*\.?[^.\[\]*]+")
    return tuple(row for row in sorted(ROWS) if row.path != pattern and inner.fullmatch(row.path))


def _parsed(text: str) -> ComposePath:
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            raise UnknownPathError(text)
        quoted, name, index = match.groups()
        parts.append((int(index) if index else ITEM) if index is not None else quoted if name is None else name.strip())
        at = match.end() + (text[match.end() : match.end() + 1] == ".")
    if not parts:
        raise UnknownPathError(text)
    return tuple(parts)


def _readings(parts: ComposePath, services: Collection[str]) -> list[ComposePath]:
    """What a path may mean, the likeliest first."""
    first, rest = parts[0], parts[1:]
    short: list[ComposePath] = [("services", ANY, *parts)]
    if rest and rest[0] != ANY and not (first == "services" and rest[0] in services):
        pattern, known = _pattern((first, ANY, *rest))
        # A name of one's own is no key: services.web is a service, services.image is the key of any.
        if known == len(rest) + 2 and not pattern.endswith(f".{ANY}"):
            short.insert(0, (first, ANY, *rest))
            return [*short[:1], parts, *short[1:]]
    return [parts, *short]


def _pattern(parts: ComposePath) -> tuple[str, int]:
    """The schema path of as many ``parts`` as are known, and how many these are."""
    pattern = ""
    for at, part in enumerate(parts):
        if isinstance(part, int) or part == ITEM:
            step = f"{pattern}{ITEM}"
            fits = step in _PREFIXES or (at == len(parts) - 1 and pattern in _PATHS)
        else:
            literal = f"{pattern}.{part}".lstrip(".")
            step = literal if literal in _PREFIXES else f"{pattern}.{ANY}"
            fits = step in _PREFIXES
        if not fits:
            return pattern, at
        pattern = step
    return pattern, len(parts)


def _nearest(parts: ComposePath) -> str:
    import difflib

    from hybridcompose.diagnostics import format_path

    pattern, known = _pattern(parts)
    if known == 0:
        names = sorted({path.split(".")[0].removesuffix(ITEM) for path in _PATHS})
        close = difflib.get_close_matches(str(parts[0]), names, n=1)
        if not close and len(parts) == 1:
            return _nearest(("services", ANY, *parts))
        return format_path((*close, *parts[1:])) if close else ""
    tails = {row.path.rpartition(".")[2]: row.path.removeprefix(pattern) for row in below(pattern)}
    close = difflib.get_close_matches(str(parts[known]), tails, n=1)
    return f"{_written(parts[:known])}{tails[close[0]]}" if close else ""


def _written(parts: ComposePath) -> str:
    from hybridcompose.diagnostics import format_path

    return format_path(parts).replace(f".{ITEM}", ITEM)
