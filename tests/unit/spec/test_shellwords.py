from __future__ import annotations

import pytest

from hybridcompose.spec.shellwords import command_of, split, truncated


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a \"b c\" $X 'd e' f\\ g", ["a", "b c", "$X", "d e", "f g"]),
        ("", []),
        ("  a\t b\n", ["a", "b"]),
        ("a '' \"\"", ["a", "", ""]),
        ("a\\nb\\tc", ["a\nb\tc"]),
        ("\"a\\nb\" 'a\\nb'", ["a\nb", "a\\nb"]),
        ("`a\\n'b` $(c\\d)", ["`a\\n'b`", "$(c\\d)"]),
        ('"a\\b"', ["ab"]),
        ("'a\\b'", ["a\\b"]),
        ("$(b c) d", ["$(b c)", "d"]),
        ("`b c` d", ["`b c`", "d"]),
        ("# * ? {b,c} ~ !", ["#", "*", "?", "{b,c}", "~", "!"]),
        ("x'y'\"z\"", ["xyz"]),
        ("'a;b' \"c|d\" $(e;f) `g&h`", ["a;b", "c|d", "$(e;f)", "`g&h`"]),
        ('"$(a b)"', ["$(a b)"]),
    ],
)
def test_words_are_split_without_a_shell(line: str, words: list[str]) -> None:
    assert split(line) == words
    assert truncated(line) is None


@pytest.mark.parametrize(
    ("line", "words", "lost"),
    [
        ("a && b", ["a"], "&& b"),
        ("a;b", ["a"], ";b"),
        ("a | b 'c", ["a"], "| b 'c"),
        ("a > b", ["a"], "> b"),
        ("a 2>&1 b", ["a"], "2>&1 b"),
        ("a 22>b", ["a"], "22>b"),
        ("a 2x>b", ["a", "2x"], ">b"),
        ("a b2>c", ["a", "b2"], ">c"),
        ("a http://h/?x=1&y=2 b", ["a", "http://h/?x=1"], "&y=2 b"),
        ("a <b", ["a"], "<b"),
    ],
)
def test_what_follows_an_unquoted_shell_operator_is_lost_and_can_be_named(
    line: str, words: list[str], lost: str
) -> None:
    assert split(line) == words
    assert truncated(line) == lost


@pytest.mark.parametrize(
    "line", ["a 'b", 'a "b', "a `b", "a $(b", "a b)", 'a "$"b) c)', "'\\'$(b)", "(b)", "a (b)", "a\\", "$(a (b))"]
)
def test_what_is_left_open_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="invalid command"):
        split(line)


def test_every_form_of_a_command_becomes_an_argument_vector() -> None:
    assert command_of("a 'b c'") == ("a", "b c")
    assert command_of(["a", "b c"]) == ("a", "b c")
    assert command_of("") == ()
    assert command_of(None) is None
