from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.gather.ignore import IgnoreRules, InvalidPatternError, parse_rules, read_rules

if TYPE_CHECKING:
    from pathlib import Path


def test_comments_blank_lines_spaces_and_leading_slashes_are_cleaned() -> None:
    text = "# no\n\n  /node_modules/  \n! ./keep//x \n /a b\r\n"
    assert parse_rules(text) == ("node_modules", "!keep/x", "a b")


def test_a_byte_order_mark_is_no_part_of_the_first_pattern(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_bytes(b"\xef\xbb\xbf*.log\n")
    assert read_rules([str(tmp_path / ".dockerignore")]).patterns == ("*.log",)


def test_the_first_file_that_exists_counts_alone(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("a\n")
    (tmp_path / "Dockerfile.dockerignore").write_text("b\n")
    specific, general = str(tmp_path / "Dockerfile.dockerignore"), str(tmp_path / ".dockerignore")
    assert read_rules([specific, general]).patterns == ("b",)
    assert read_rules([str(tmp_path / "none"), general]).patterns == ("a",)
    assert read_rules([str(tmp_path / "none")]).matcher() is None


@pytest.mark.parametrize("pattern", ["a[", "!", "!/", "[a-"])
def test_an_invalid_pattern_is_refused_at_its_line(pattern: str) -> None:
    with pytest.raises(InvalidPatternError) as error:
        parse_rules(f"ok\n{pattern}\n")
    assert error.value.line == 2


def test_only_a_line_that_begins_with_a_hash_is_a_comment() -> None:
    rules = IgnoreRules(parse_rules("#a\n #b\n!#c\n"))
    matcher = rules.matcher()
    assert rules.patterns == ("#b", "!#c")
    assert matcher is not None
    assert matcher.matches("#b")
    assert not matcher.matches("#a")


def test_a_carriage_return_ends_no_line_by_itself(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_bytes(b"#c\ra\r\nb\r\n")
    assert read_rules([str(tmp_path / ".dockerignore")]).patterns == ("b",)


def test_an_exception_above_the_context_is_read_as_moby_cleans_it() -> None:
    assert parse_rules("!../a\n!../../a\n!../../../a\n") == ("!../a", "a", "../a")


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("^a", "^a", True),  # without wildcards every character is itself
        ("**/^a", "x/^a", True),
        ("^a/**", "^a/b", True),
        ("^a*", "^ab", False),
        ("^a*", "ab", True),
        ("?/^", "x/^", False),
        ("[^a]", "^", True),
        ("\\^?", "^a", True),
    ],
)
def test_a_circumflex_beside_wildcards_is_the_beginning_as_in_moby(pattern: str, path: str, ignored: bool) -> None:
    matcher = IgnoreRules(parse_rules(pattern)).matcher()
    assert matcher is not None
    assert matcher.matches(path) is ignored
