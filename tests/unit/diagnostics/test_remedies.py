from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, Severity, abridged, brief, format_path
from hybridcompose.diagnostics.remedies import meant, parted


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("is wrong; write this", ("is wrong", "write this")),
        ("is wrong: write this", ("is wrong", "write this")),
        ("unknown unit 's': use ms", ("unknown unit 's'", "use ms")),
        ("a: b: write c", ("a: b", "write c")),
        ("is wrong", ("is wrong", None)),
    ],
)
def test_a_message_is_parted_from_its_remedy(text: str, parts: tuple[str, str | None]) -> None:
    assert parted(text) == parts


@pytest.mark.parametrize("name", ["depend_on", "dependsOn", "depends-on", "DEPENDS_ON", "Depends_On"])
def test_a_key_in_another_spelling_is_known_again(name: str) -> None:
    assert meant(name, ["image", "depends_on", "deploy"]) == "did you mean depends_on?"


@pytest.mark.parametrize("name", ["", "qqqq", "x" * 1_000_000])
def test_a_name_that_is_like_no_other_has_no_neighbour(name: str) -> None:
    assert meant(name, ["image", "depends_on"]) is None


def test_a_long_chain_shows_both_ends() -> None:
    assert abridged(["a", "b", "a"]) == ["a", "b", "a"]
    names = abridged([f"s{number}" for number in range(1000)])
    assert names[0] == "s0"
    assert names[-1] == "s999"
    assert "(984 more)" in names


def test_an_overlong_finding_is_shortened_in_the_middle() -> None:
    long = "b" * 1_000_000
    finding = brief(Diagnostic(Code.INVALID_VALUE, Severity.ERROR, f"a{long}c", ("services", long, 0), long))
    assert finding.message.startswith("ab")
    assert finding.message.endswith("bc")
    assert len(finding.message) + len(format_path(finding.path)) + len(finding.remedy or "") < 5000
    short = Diagnostic(Code.INVALID_VALUE, Severity.ERROR, "a", ("services",), "b")
    assert brief(short) == short
