"""The Dockerfile that each Kaniko is given, and what its log then has for a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.gather.builds import read_builds
from hybridcompose.translate.kaniko_dockerfile import build_steps, kaniko_words, rewritten
from tests.unit.translate.support import project_of

if TYPE_CHECKING:
    from pathlib import Path

#: What a build section says -> the Dockerfile, and what a release and the fork are given (``None``: the same file).
CASES: dict[str, tuple[dict[str, Any], str, str | None, str | None]] = {
    "stages by number": (
        {},
        "FROM a\nFROM b\nCOPY --from=0 /x /y\n",
        "FROM a AS stage-0\nFROM b\nCOPY --from=stage-0 /x /y\n",
        None,
    ),
    "a stage that is not needed": ({}, "FROM a\nFROM b\n", "FROM a\nFROM b AS stage-1\n", None),
    "the text of RUN": (
        {},
        "FROM a\nRUN <<-EOF\n\techo 'a' \\\\ 5%\n\tEOF\nRUN cat <<EOF >/x\n$HOME\nEOF\nCMD x\n",
        "FROM a\nRUN eval \"$(printf 'echo \\047a\\047 \\\\\\\\ 5%%\\n')\"\n"
        "RUN eval \"$(printf 'cat \\074\\074EOF >/x\\n$HOME\\nEOF')\"\nCMD x\n",
        None,
    ),
    "text for an interpreter of its own": ({}, "FROM a\nRUN <<EOF\n#!/bin/env x\nEOF\n", None, None),
    "text for another shell": ({}, 'FROM a\nSHELL ["python3", "-c"]\nRUN <<EOF\nx\nEOF\n', None, None),
    "labels of both": (
        {"labels": {"one": "I"}, "target": "b"},
        "FROM a AS b\nLABEL one=1\nFROM c\nLABEL one=3",
        'FROM a AS b\nLABEL one=1\nLABEL "one"="I"\nFROM c\nLABEL one=3',
        'FROM a AS b\nLABEL one=1\nLABEL "one"="I"\nFROM c\nLABEL one=3',
    ),
}


def _given(directory: Path, section: dict[str, Any], text: str, *, is_fork: bool) -> str | None:
    (directory / "Dockerfile").write_text(text)
    project = project_of({"web": {"build": {"context": str(directory), **section}}})
    facts = read_builds(project)[0]["web"]
    return rewritten(facts, kaniko_words(facts, is_fork=is_fork))


@pytest.mark.parametrize("name", CASES)
def test_a_release_and_the_fork_are_given_what_they_know(tmp_path: Path, name: str) -> None:
    section, text, release, fork = CASES[name]
    assert _given(tmp_path, section, text, is_fork=False) == release
    assert _given(tmp_path, section, text, is_fork=True) == fork


def test_a_step_is_told_as_it_is_written_and_found_as_it_is_logged(tmp_path: Path) -> None:
    text = "FROM a\nRUN <<EOF\nx\nEOF\nFROM b\nCOPY --from=0 /x /y\nRUN y\n"
    (tmp_path / "Dockerfile").write_text(text)
    facts = read_builds(project_of({"web": {"build": {"context": str(tmp_path)}}}))[0]["web"]
    steps = {step.text: step.logged for step in build_steps(facts, kaniko_words(facts, is_fork=False))}
    assert steps == {
        "FROM a": "FROM a AS stage-0",
        "RUN <<EOF": "RUN eval \"$(printf 'x\\n')\"",
        "FROM b": "",
        "COPY --from=0 /x /y": "COPY --from=stage-0 /x /y",
        "RUN y": "",
    }
