"""Every mistake is refused with its code, at the token that a person must edit, and with a remedy to write there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from tests.mistakes.conflicts import CONFLICTS
from tests.mistakes.files import FILES, GATHERED
from tests.mistakes.interpolation import INTERPOLATION
from tests.mistakes.keys import KEYS
from tests.mistakes.references import REFERENCES
from tests.mistakes.scalars import SCALARS
from tests.mistakes.syntax import SYNTAX
from tests.mistakes.types import TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.diagnostics import Diagnostic
    from tests.mistakes.case import Mistake

LOADED = (*SYNTAX, *KEYS, *TYPES, *SCALARS, *INTERPOLATION, *REFERENCES, *CONFLICTS, *FILES)


def findings_of(mistake: Mistake, directory: Path, *, translate: bool) -> list[Diagnostic]:
    options: dict[str, Any] = {"environment": {}, "project_name": "demo", **mistake.options}
    paths = [directory / name for name in options.pop("paths", ["compose.yaml"])]

    def run() -> None:
        project = hc.load(*paths, **options)
        if translate:
            hc.translate(project, registry="registry.example")

    with pytest.raises(hc.HybridComposeError) as caught:
        run()
    return [finding for finding in caught.value.diagnostics if finding.severity == "error"]


@pytest.mark.parametrize("mistake", LOADED, ids=lambda mistake: mistake.name)
def test_a_mistake_is_refused_at_its_token_with_a_remedy(mistake: Mistake, tmp_path: Path) -> None:
    places = mistake.write(tmp_path)
    check(mistake, findings_of(mistake, tmp_path, translate=False), places)


@pytest.mark.parametrize("mistake", GATHERED, ids=lambda mistake: mistake.name)
def test_what_cannot_be_gathered_is_refused_at_its_reference(mistake: Mistake, tmp_path: Path) -> None:
    places = mistake.write(tmp_path)
    check(mistake, findings_of(mistake, tmp_path, translate=True), places)


def check(mistake: Mistake, found: list[Diagnostic], places: list[hc.Location]) -> None:
    seen = [(finding.code, finding.location) for finding in found]
    codes = [code for code, _ in mistake.expected]
    # A file that is named on the command line, or a name that is given there, has no place in a file.
    wanted = list(zip(codes, places, strict=True)) if places else [(mistake.code, None)]
    assert seen == wanted, [finding.message for finding in found]
    for finding, (_, remedy) in zip(found, mistake.expected, strict=True):
        assert finding.remedy
        assert remedy in finding.remedy
