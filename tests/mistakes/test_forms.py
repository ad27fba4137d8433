"""Every form of output shows a mistake at the same token: the text under it, JSON and annotations by numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics.output import show
from tests.mistakes.case import CLOSE, OPEN
from tests.mistakes.test_mistakes import LOADED, findings_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mistakes.case import Mistake

PLACED = [mistake for mistake in LOADED if isinstance(mistake.text, str) and OPEN in mistake.text]


def token_of(mistake: Mistake) -> str:
    assert isinstance(mistake.text, str)
    return mistake.text.partition(OPEN)[2].partition(CLOSE)[0]


@pytest.mark.parametrize("mistake", PLACED, ids=lambda mistake: mistake.name)
def test_the_marker_stands_under_the_token(mistake: Mistake, tmp_path: Path) -> None:
    mistake.write(tmp_path)
    token = token_of(mistake)
    (_, quoted, marker, *_) = show(findings_of(mistake, tmp_path, translate=False)[:1]).splitlines() + [""] * 3
    if not token.isprintable() or not token:
        return  # nothing that could be seen
    assert quoted[marker.index("^") : marker.rindex("^") + 1] == token


@pytest.mark.parametrize("mistake", PLACED, ids=lambda mistake: mistake.name)
def test_programs_are_told_the_same_place(mistake: Mistake, tmp_path: Path) -> None:
    mistake.write(tmp_path)
    finding = findings_of(mistake, tmp_path, translate=False)[0]
    assert finding.location is not None
    where = finding.location
    said = json.loads(show([finding], "json"))
    assert (said["file"], said["line"], said["column"], said["length"]) == tuple(where)
    assert (said["code"], said["message"], said["remedy"]) == (finding.code, finding.message, finding.remedy)
    annotation = show([finding], "github", workspace=str(tmp_path))
    begin = f"::error file=compose.yaml,line={where.line},col={where.column},endColumn={where.column + where.length},"
    assert annotation.startswith(begin)
