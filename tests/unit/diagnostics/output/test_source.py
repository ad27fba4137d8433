from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hybridcompose.diagnostics.output import Sources

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_break_where_the_yaml_parser_breaks_them() -> None:
    sources = Sources("a\r\nb\rc\nd\u2028e".encode())
    assert [sources.line("-", number) for number in range(1, 6)] == list("abcde")


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"\xef\xbb\xbfa: b\n")
    assert Sources().line(str(tmp_path / "a.yml"), 1) == "a: b"


def test_a_line_that_is_not_there_is_none(tmp_path: Path) -> None:
    sources = Sources(b"one")
    assert sources.line("-", 0) is None
    assert sources.line("-", 2) is None
    assert sources.line(str(tmp_path), 1) is None
    assert sources.line(str(tmp_path / "gone"), 1) is None
    assert sources.line("nul\0byte", 1) is None


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert Sources().line(str(tmp_path / "pipe"), 1) is None


def test_bytes_of_another_encoding_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"a: \xff\n")
    assert Sources().line(str(tmp_path / "a.yml"), 1) == "a: \ufffd"
