from __future__ import annotations

import pytest

from hybridcompose.diagnostics.output.colour import paint, wanted


@pytest.mark.parametrize(
    ("environment", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, True, False),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, False, True),
    ],
)
def test_colours_appear_on_a_terminal_unless_the_user_says_otherwise(
    environment: dict[str, str], terminal: bool, coloured: bool
) -> None:
    assert wanted(environment, terminal=terminal) is coloured


def test_no_colour_leaves_text_alone() -> None:
    assert paint("a", "\x1b[1m", colour=False) == "a"
    assert paint("a", "\x1b[1m", colour=True) == "\x1b[1ma\x1b[0m"
