"""``.dockerignore``: what of a build context is not sent.

The rules are Moby's, matched by ``e2b_dockerfile_utils``; reading the file (comments, byte order mark, slashes) is
done here as Moby does it before matching.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from e2b_dockerfile_utils import PatternMatcher

DOCKERIGNORE = ".dockerignore"


class InvalidPatternError(ValueError):
    """A line that is no pattern; ``line`` counts from 1, ``file`` is what it was read from."""

    def __init__(self, line: int, pattern: str, file: str = DOCKERIGNORE) -> None:
        super().__init__(f"{pattern!r} is no valid pattern")
        self.file = file
        self.line = line
        self.pattern = pattern


class IgnoreRules(NamedTuple):
    """The cleaned patterns of one file, in order."""

    patterns: tuple[str, ...] = ()

    def matcher(self) -> PatternMatcher | None:
        """``None`` where nothing is ignored."""
        if not self.patterns:
            return None
        from e2b_dockerfile_utils import PatternMatcher

        return PatternMatcher(list(self.patterns))


def read_rules(candidates: Iterable[str]) -> IgnoreRules:
    """The rules of the first candidate that exists. Raises ``OSError`` or ``InvalidPatternError``."""
    for candidate in candidates:
        if os.path.isfile(candidate):
            with open(candidate, encoding="utf-8-sig", errors="surrogateescape") as file:
                return IgnoreRules(parse_rules(file.read(), candidate))
    return IgnoreRules()


def parse_rules(text: str, file: str = DOCKERIGNORE) -> tuple[str, ...]:
    """The patterns of a ``.dockerignore`` file. Raises ``InvalidPatternError``."""
    patterns = []
    for number, line in enumerate(text.split("\n"), start=1):
        pattern = "" if line.startswith("#") else _pattern(line.strip())
        if pattern and not _is_valid(pattern):
            raise InvalidPatternError(number, line.strip(), file)
        patterns.append(pattern)
    return tuple(filter(None, patterns))


def _pattern(line: str) -> str:
    sign = "!" if line.startswith("!") else ""
    body = line[len(sign) :].strip()
    cleaned = posixpath.normpath(re.sub("/+", "/", body)).removeprefix("/").strip() if body else ""
    return sign + cleaned


def _is_valid(pattern: str) -> bool:
    """Whether the matcher takes a pattern: asked here one by one, where its line is known."""
    from e2b_dockerfile_utils import PatternMatcher

    try:
        PatternMatcher([pattern])
    except ValueError:
        return False
    return True
