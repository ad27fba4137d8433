from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.gather.ignore import InvalidPatternError, parse_rules, read_rules

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
