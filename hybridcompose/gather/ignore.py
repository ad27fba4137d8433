"""``.dockerignore``: what of a build context is not sent.

The rules are Moby's, matched by ``e2b_dockerfile_utils``; reading the file (comments, byte order mark, slashes) is
done here as Moby does it before matching.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from e2b_dockerfile_utils import PatternMatcher

DOCKERIGNORE = ".dockerignore"
#: Every pattern is held against every file.
_MAX_PATTERNS = 5_000
_MAX_BYTES = 1024 * 1024
#: A regular expression with more wildcards may take for ever.
_FEW_WILDCARDS = 3


class InvalidPatternError(ValueError):
    """A line that is no pattern; ``line`` counts from 1, ``file`` is what it was read from."""

    def __init__(self, line: int, pattern: str, file: str = DOCKERIGNORE, message: str = "") -> None:
        super().__init__(message or f"{pattern!r} is no valid pattern")
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

        from hybridcompose.gather.wildcards import has_anchor, linear_matcher

        matcher = PatternMatcher([_shielded(pattern) for pattern in self.patterns])
        for pattern, compiled in zip(self.patterns, matcher._patterns, strict=True):
            body = pattern.removeprefix("!")
            if body.count("*") > _FEW_WILDCARDS or has_anchor(body):
                # There is no other way to give the matcher a pattern that is no regular expression.
                compiled.match = linear_matcher(body)
        return matcher


def read_rules(candidates: Iterable[str]) -> IgnoreRules:
    """The rules of the first candidate that exists. Raises ``OSError`` or ``InvalidPatternError``."""
    for candidate in candidates:
        if os.path.isfile(candidate):
            text = read_file(candidate, _MAX_BYTES).decode("utf-8-sig", "surrogateescape")
            return IgnoreRules(parse_rules(text, candidate))
    return IgnoreRules()


def parse_rules(text: str, file: str = DOCKERIGNORE) -> tuple[str, ...]:
    """The patterns of a ``.dockerignore`` file. Raises ``InvalidPatternError``."""
    patterns = []
    for number, line in enumerate(text.split("\n"), start=1):
        pattern = "" if line.startswith("#") else _pattern(line.strip())
        if not pattern:
            continue
        if not _is_valid(pattern):
            raise InvalidPatternError(number, line.strip(), file)
        patterns.append(pattern)
        if len(patterns) > _MAX_PATTERNS:
            raise InvalidPatternError(number, line.strip(), file, f"there are more than {_MAX_PATTERNS} patterns")
    return tuple(patterns)


def _pattern(line: str) -> str:
    sign = "!" if line.startswith("!") else ""
    body = line[len(sign) :].strip()
    cleaned = posixpath.normpath(re.sub("/+", "/", body)).removeprefix("/").strip() if body else ""
    # Moby cleans the line as a whole once more: in "!../../a" the second parent takes the first away, with the sign.
    return posixpath.normpath(sign + cleaned) if sign and cleaned.startswith("..") else sign + cleaned


def _shielded(pattern: str) -> str:
    """The same pattern as one that the matcher does not take for a comment: only whole lines are comments."""
    return f"./{pattern}" if pattern.startswith("#") else pattern


def _is_valid(pattern: str) -> bool:
    """Whether the matcher takes a pattern: asked here one by one, where its line is known."""
    from e2b_dockerfile_utils import PatternMatcher

    try:
        PatternMatcher([_shielded(pattern)])
    except ValueError:
        return False
    return True
