from __future__ import annotations

import math

import pytest

from hybridcompose.render.scalars import block, number, quoted, string


@pytest.mark.parametrize("text", ["nginx", "registry:5000/web:1", "/bin/sh", "--port=80", "-c", "a b", "x=$(pwd)"])
def test_plainly_safe_text_needs_no_quotes(text: str) -> None:
    assert string(text) == text


@pytest.mark.parametrize(
    "text",
    ["y", "No", "on", "null", "1e3", "0o17", "08", "22:22", "~", "=", "<<", "64Mi", "-inf", "key: v", "a #b", "a "],
)
def test_text_that_a_parser_could_take_for_something_else_is_quoted(text: str) -> None:
    assert string(text) == f'"{text}"'


def test_text_stays_readable_in_quotes() -> None:
    assert quoted("größe 😀") == '"größe 😀"'


@pytest.mark.parametrize("character", ["\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\uffff", "\x00"])
def test_what_yaml_cannot_hold_is_escaped(character: str) -> None:
    assert quoted(character) == f'"\\u{ord(character):04x}"'


def test_lines_become_a_block() -> None:
    assert block("a\nb\n", 2) == "|\n  a\n  b"


@pytest.mark.parametrize(("text", "header"), [("a\nb", "|-"), ("a\nb\n\n", "|+"), (" a\nb\n", "|2"), ("\na\nb", "|2-")])
def test_the_header_of_a_block_keeps_its_ends(text: str, header: str) -> None:
    written = block(text, 4)
    assert written is not None
    assert written.split("\n")[0] == header


@pytest.mark.parametrize("text", ["one line", "one line\n", "\n\n", "a\r\nb", "a\x85\nb", "a\n\x1b[0m", "a\n\ufeff"])
def test_text_that_a_block_would_change_is_no_block(text: str) -> None:
    assert block(text, 2) is None


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (-3, "-3"), (0.5, "0.5"), (1e20, "1.0e+20"), (1.5e-7, "1.5e-07")]
)
def test_a_float_keeps_its_point(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_what_json_has_no_number_for_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no number in JSON"):
        number(value)
