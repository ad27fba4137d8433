from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, Severity
from hybridcompose.gather.build_needs import steps
from hybridcompose.gather.dockerfile import parse_dockerfile
from hybridcompose.gather.run_lines import run_lines
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
    "text", ["FROM a\nRUN cat <<<x \\\n y\n", "FROM a\nUSER app\nRUN make\n", "FROM a\nRUN make\nUSER 1:2\n"]
)
def test_what_it_does_alike_is_no_finding(text: str) -> None:
    assert warned(text, kaniko_image=GOOGLE) == []


def test_a_user_that_the_image_may_not_have_is_a_note() -> None:
    (found,) = warned("FROM a\nUSER 4242\nRUN make\n", kaniko_image=GOOGLE)
    assert (found.severity, found.remedy) == (Severity.NOTE, "write USER 4242:0")
    assert warned("FROM a\nUSER 0\nRUN make\nUSER 4242\n", kaniko_image=GOOGLE) == []


@pytest.mark.parametrize("kind", ["cache,target=/x", "tmpfs,target=/x", "bind,target=/x"])
def test_a_mount_that_it_does_not_make_is_told(kind: str) -> None:
    text = f"FROM a\nRUN --mount=type={kind} make\n"
    assert "mounts no" in warned(text, kaniko_image=GOOGLE)[-1].message
    assert all("this release" not in found.message for found in warned(text))


def test_a_heredoc_that_it_is_given_in_other_words_is_no_finding() -> None:
    text = "FROM a\nRUN <<EOF\nmake\nEOF\n"
    parsed = parse_dockerfile(text, {})
    target = parsed.target(None)
    facts = facts_of(text=text, steps=tuple(steps(parsed, target)), run_lines=tuple(run_lines(parsed, target, text)))
    found = built(facts=facts, kaniko_image=GOOGLE).report.diagnostics
    assert [one for one in found if one.code is Code.BUILD_DIFFERENCE] == []


def test_an_inline_dockerfile_has_the_line_in_the_message() -> None:
    (found,) = warned("FROM a\nRUN <<EOF\nmake\nEOF\n", file="", kaniko_image=GOOGLE)
    assert found.location is None
    assert "line 2 of the Dockerfile" in found.message
