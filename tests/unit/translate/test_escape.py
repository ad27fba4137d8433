from __future__ import annotations

import pytest

from hybridcompose.translate.escape import escape


@pytest.mark.parametrize("text", ["", "plain", "$HOME", "a$", "${A}", "$a$b", "100 $ for", "ü$"])
def test_a_text_that_the_kubelet_leaves_alone_is_not_touched(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("$(date)", "$$(date)"),
        ("$$", "$$$"),
        ("$$(B)", "$$$$(B)"),
        ("$é", "$$é"),
        ("a $(A) $B $(C)", "a $$(A) $B $$(C)"),
    ],
)
def test_a_dollar_that_the_kubelet_would_read_is_doubled(text: str, escaped: str) -> None:
    assert escape(text) == escaped
