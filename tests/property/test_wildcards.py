"""The linear matcher agrees with the matcher that it stands in for, wherever that one can be asked."""

from __future__ import annotations

import posixpath

from e2b_dockerfile_utils import PatternMatcher
from hypothesis import assume, given
from hypothesis import strategies as st

from hybridcompose.gather.wildcards import linear_matcher

PARTS = st.sampled_from(["a", "b", "*", "**", "?", "/", "[ab]", "[^a]", "\\*", ".", "**/", "/**"])


@given(st.lists(PARTS, min_size=1, max_size=8), st.text(alphabet="ab/.*\n", min_size=1, max_size=8))
def test_a_path_matches_as_it_does_with_regular_expressions(parts: list[str], path: str) -> None:
    pattern = posixpath.normpath("".join(parts)).lstrip("/")
    # What has few wildcards never comes here, and has short cuts of its own in the other matcher.
    assume(pattern.count("*") > 3)
    try:
        known = PatternMatcher([pattern])._patterns[0].match
    except ValueError:
        assume(False)
    assert linear_matcher(pattern)(path) == known(path), (pattern, path)
