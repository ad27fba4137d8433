"""The linear matcher agrees with the matcher that it stands in for, wherever that one can be asked."""

from __future__ import annotations

import posixpath

from e2b_dockerfile_utils import PatternMatcher
from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.gather.wildcards import linear_matcher

PARTS = st.sampled_from(["", "a", "b", "?", "/", "[ab]", "[^a]", "\\*", "."])
# What has few wildcards never comes here, and has short cuts of its own in the other matcher.
WILDCARDS = st.lists(st.tuples(PARTS, st.sampled_from(["*", "**", "**/"]), PARTS), min_size=4, max_size=6)


@given(WILDCARDS, st.text(alphabet="ab/.*\n", min_size=1, max_size=8))
def test_a_path_matches_as_it_does_with_regular_expressions(parts: list[tuple[str, str, str]], path: str) -> None:
    pattern = posixpath.normpath("".join("".join(part) for part in parts)).lstrip("/")
    assert linear_matcher(pattern)(path) == PatternMatcher([pattern])._patterns[0].match(path), (pattern, path)
