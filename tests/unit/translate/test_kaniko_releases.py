from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, Severity
from hybridcompose.gather.build_needs import steps
from hybridcompose.gather.dockerfile import parse_dockerfile
from tests.unit.translate.test_kaniko import GOOGLE, built, facts_of


def warned(text: str, file: str = "/p/Dockerfile", **options: Any) -> list[Diagnostic]:
    parsed = parse_dockerfile(text, {})
    facts = facts_of(text=text, file=file, steps=tuple(steps(parsed, parsed.target(None))))
    result = built(facts=facts, **options)
    return [found for found in result.report.diagnostics if found.code is Code.BUILD_DIFFERENCE]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("FROM a\nRUN <<EOF\nmake\nEOF\n", 2, "the step does nothing"),
        ("FROM a\n\nCOPY <<-'EOF' /x\nmake\nEOF\n", 3, "the build fails"),
        ("FROM a\nUSER 1:2\nRUN make\n", 3, "group 2"),
    ],
)
def test_google_s_release_is_warned_of_at_the_line(text: str, line: int, words: str) -> None:
    (found,) = warned(text, kaniko_image=GOOGLE)
    assert found.severity is Severity.WARNING
    assert words in found.message
    assert str(found.location) == f"/p/Dockerfile:{line}:1"
    assert "--kaniko-image" in (found.remedy or "")
    assert warned(text) == []


@pytest.mark.parametrize(
    "text", ["FROM a\nRUN cat <<<x \\\n y\n", "FROM a\nUSER 1\nRUN make\n", "FROM a\nRUN make\nUSER 1:2\n"]
)
def test_what_it_does_alike_is_no_finding(text: str) -> None:
    assert warned(text, kaniko_image=GOOGLE) == []


def test_an_inline_dockerfile_has_the_line_in_the_message() -> None:
    (found,) = warned("FROM a\nRUN <<EOF\nmake\nEOF\n", file="", kaniko_image=GOOGLE)
    assert found.location is None
    assert "line 2 of the Dockerfile" in found.message
