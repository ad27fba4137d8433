"""Patterns with many wildcards, matched in linear time.

A regular expression with several ``*`` tries every way to share a name among them: a name of 200 letters then takes
longer than anybody waits. Here all ways are followed at once. What a pattern means is Moby's, as in ``ignore``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    #: A wildcard's name, a literal character, or what one character must match.
    Token = str | re.Pattern[str]

_STAR: Final = "*"
_DIRECTORIES: Final = "**/"
_ANYTHING: Final = "**"
_START: Final = "^"
_SKIPPED: Final = (_STAR, _DIRECTORIES, _ANYTHING)
_MOST_REMEMBERED: Final = 2_000
_TOKEN: Final = re.compile(r"\*\*/?|\*|\?|\[\^?(?:\\.|[^\]\\])*\]|\\.|.", re.DOTALL)


def has_anchor(pattern: str) -> bool:
    """Whether a ``^`` stands in a pattern that Moby makes a regular expression of: an anchor there, by its mistake."""
    body = pattern[2:] if pattern.startswith("**") else re.sub(r"^([^*?\[\]\\]*)\*\*$", r"\1", pattern)
    return "^" in body and bool(re.search(r"[*?\[\]\\]", body)) and _START in _tokens(body)


def linear_matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a whole path matches a (valid) pattern."""
    tokens = list(_tokens(pattern))
    start = frozenset(_reached(tokens, 0, (*_SKIPPED, _START)))
    #: Paths begin alike: where a character leads from the places that are reached is found out once.
    following: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(path: str) -> bool:
        active = start
        for character in path:
            step = active, character
            if step not in following:
                if len(following) >= _MOST_REMEMBERED:
                    following.clear()
                following[step] = frozenset(place for state in active for place in _step(tokens, state, character))
            active = following[step]
            if not active:
                return False
        return len(tokens) in active

    return matches


def _tokens(pattern: str) -> Iterable[Token]:
    pattern = re.sub(r"(?:\*\*/)+", _DIRECTORIES, pattern)
    for found in _TOKEN.finditer(pattern):
        text = found[0]
        if text.startswith("**"):
            yield _ANYTHING if found.end() == len(pattern) else _DIRECTORIES
        elif text in (_STAR, _START):
            yield text
        elif text == "?":
            yield re.compile("[^/]")
        elif text.startswith("[") and len(text) > 1:
            yield re.compile(text)
        else:
            yield re.compile(re.escape(text[-1]))


def _reached(tokens: list[Token], place: int, skipped: Container[Token] = _SKIPPED) -> set[int]:
    """The place and those that need no character to be reached from it."""
    places = {place}
    while place < len(tokens) and tokens[place] in skipped:
        place += 1
        places.add(place)
    return places


def _step(tokens: list[Token], state: int, character: str) -> set[int]:
    """Where a character leads from a place. A negative one stands inside the directories of ``**/``: ``-1 - place``."""
    if state < 0:
        return ({state} if character != "\n" else set()) | (_reached(tokens, -state) if character == "/" else set())
    token = tokens[state] if state < len(tokens) else ""
    if isinstance(token, re.Pattern):
        return _reached(tokens, state + 1) if token.match(character) else set()
    if token == _STAR:
        return _reached(tokens, state) if character != "/" else set()
    if token == _ANYTHING:
        return _reached(tokens, state) if character != "\n" else set()
    return _step(tokens, -1 - state, character) if token == _DIRECTORIES else set()
