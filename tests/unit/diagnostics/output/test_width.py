from __future__ import annotations

import pytest

from hybridcompose.diagnostics.output.width import expand_tabs, harmless, width


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("😀", 2), ("", 0), ("a\u200d", 1)]
)
def test_width_counts_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "start", "expanded"), [("\ta", 0, "    a"), ("a\tb", 0, "a   b"), ("\t", 3, " "), ("日\tb", 0, "日  b")]
)
def test_tabs_reach_to_the_next_stop(text: str, start: int, expanded: str) -> None:
    assert expand_tabs(text, start) == expanded


def test_control_characters_are_replaced_one_for_one() -> None:
    assert harmless("a\x1bb\x9bc\u202ed\ne\tf") == "a\ufffdb\ufffdc\ufffdd\ne\tf"


def test_text_of_any_language_stays() -> None:
    assert harmless("größe 日本 e\u0301 👩\u200d💻") == "größe 日本 e\u0301 👩\u200d💻"
