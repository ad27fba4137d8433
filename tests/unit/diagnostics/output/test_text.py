from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.diagnostics.output import Sources, show

if TYPE_CHECKING:
    from pathlib import Path


def _at(line: int, column: int, length: int = 1, file: str = "-") -> Diagnostic:
    where = Location(file, line, column, length)
    return Diagnostic(Code.APPROXIMATED, Severity.WARNING, "differs", ("services", "web", "user"), "write this", where)


def _shown(source: str, finding: Diagnostic) -> list[str]:
    return show([finding], sources=Sources(source.encode())).splitlines()


def test_a_finding_shows_place_code_path_source_line_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "compose.yml"
    file.write_text("services:\n  web:\n    user: app\n", encoding="utf-8")
    assert show([_at(3, 11, 3, str(file))]) == (
        f"{file}:3:11: warning[approximated] services.web.user: differs\n"
        "    3 |     user: app\n"
        "                  ^^^\n"
        "   help: write this\n"
    )


def test_a_finding_without_a_place_needs_no_source() -> None:
    finding = Diagnostic(Code.NO_REGISTRY, Severity.ERROR, "no registry", ("services", "web", "build"))
    assert show([finding]) == "error[no-registry] services.web.build: no registry\n"


def test_a_file_that_is_gone_is_named_without_its_line(tmp_path: Path) -> None:
    lines = show([_at(1, 1, file=str(tmp_path / "gone.yml"))]).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{tmp_path}/gone.yml:1:1: ")


def test_the_marker_stands_under_the_token_behind_tabs() -> None:
    _, quoted, marker, _ = _shown("a:\tb\tc", _at(1, 6))
    assert "\t" not in quoted
    assert marker.index("^") == quoted.index("c")


def test_the_marker_stands_under_the_token_behind_wide_characters() -> None:
    _, quoted, marker, _ = _shown("日本e\u0301: x", _at(1, 7))
    # Each of the two wide characters takes two cells, the combining accent none.
    assert marker.index("^") == quoted.index("x") + 2 - 1


def test_the_marker_is_as_wide_as_the_token() -> None:
    _, _, marker, _ = _shown("a: 日本", _at(1, 4, 2))
    assert marker.strip() == "^^^^"


def test_a_long_line_is_shown_around_the_place() -> None:
    source = "k: " + "a" * 500 + "HERE" + "b" * 500
    _, quoted, marker, _ = _shown(source, _at(1, 504, 4))
    assert len(quoted) < 150
    assert quoted[marker.index("^") :].startswith("HERE")


def test_a_file_does_not_steer_the_terminal() -> None:
    finding = Diagnostic(
        Code.INVALID_VALUE, Severity.ERROR, "bad \x1b[2Jvalue\u202e", ("a\x1b",), "no\x07", Location("-", 1, 1)
    )
    text = show([finding], sources=Sources(b"a\x1b[2J: b\n"))
    assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_a_message_of_several_lines_is_indented() -> None:
    finding = Diagnostic(Code.NAME_CONFLICT, Severity.ERROR, "one\ntwo")
    assert show([finding]) == "error[name-conflict]: one\n      two\n"


def test_the_same_note_at_many_places_is_shown_once() -> None:
    notes = [Diagnostic(Code.APPROXIMATED, Severity.NOTE, "differs", ("services", name)) for name in "abcdef"]
    assert show(notes) == (
        "note[approximated] services.a: differs\n   also: services.b, services.c, services.d and 2 more\n6 notes\n"
    )


def test_every_warning_is_shown() -> None:
    warnings = [Diagnostic(Code.APPROXIMATED, Severity.WARNING, "differs", (name,)) for name in "ab"]
    assert show(warnings).count("warning[approximated]") == 2


def test_findings_are_counted_at_the_end() -> None:
    found = [
        Diagnostic(Code.NO_HEALTHCHECK, Severity.ERROR, "one"),
        Diagnostic(Code.APPROXIMATED, Severity.NOTE, "two"),
        Diagnostic(Code.APPROXIMATED, Severity.NOTE, "three"),
    ]
    assert show(found).endswith("1 error, 2 notes\n")


def test_colours_change_nothing_but_the_colours() -> None:
    import re

    finding = _at(1, 1)
    plain = show([finding], sources=Sources(b"abc"))
    coloured = show([finding], sources=Sources(b"abc"), colour=True)
    assert coloured != plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


def test_nothing_found_is_nothing_said() -> None:
    assert show([]) == ""
