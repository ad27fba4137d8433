"""A mistake in a compose file, and what must be said about it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Location

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hybridcompose.diagnostics import Code

OPEN, CLOSE = "«»"


@dataclass(frozen=True, slots=True)
class Mistake:
    """``text`` is compose.yaml, ``files`` stand beside it; the token that a person must edit stands between « and ».

    ``remedy`` is a part of the remedy. Several mistakes in one project: ``more`` has code and remedy of the others, in
    the order of the marks. ``options`` are those of ``hybridcompose.load``.
    """

    name: str
    code: Code
    text: str | bytes
    remedy: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    more: tuple[tuple[Code, str], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def expected(self) -> list[tuple[Code, str]]:
        return [(self.code, self.remedy), *self.more]

    def write(self, directory: Path) -> list[Location]:
        """Writes the files without their marks; the places of the marks, the compose file's first."""
        places = []
        for name, content in {"compose.yaml": self.text, **self.files}.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content.decode("utf-8", "surrogateescape") if isinstance(content, bytes) else tidy(content)
            plain, marks = unmarked(text, str(path))
            path.write_bytes(plain.encode("utf-8", "surrogateescape"))
            places += marks
        return places


def tidy(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def unmarked(text: str, file: str) -> tuple[str, list[Location]]:
    places = []
    while OPEN in text:
        before, _, rest = text.partition(OPEN)
        token, _, after = rest.partition(CLOSE)
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        places.append(Location(file, line, column, max(1, len(token))))
        text = before + token + after
    return text, places
