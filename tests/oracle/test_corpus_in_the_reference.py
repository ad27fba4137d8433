"""Real compose projects, loaded by the package and by the reference side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oracle.comparison import differences, ours
from tests.oracle.reference_loader import LoadRequest
from tests.real_projects import ARCHIVE, Row
from tests.real_projects import rows as unpacked

if TYPE_CHECKING:
    from tests.oracle.reference_loader import ReferenceLoader


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    if not ARCHIVE.is_file():
        pytest.skip(f"the corpus of real compose projects is not at {ARCHIVE}; HYBRIDCOMPOSE_CORPUS names it")
    return unpacked(tmp_path_factory.mktemp("corpus"))


@pytest.mark.parametrize(
    "skip",
    [
        (),
        ("interpolate",),
        ("normalize", "path-resolution", "env-resolution"),
    ],
    ids=lambda stages: "-".join(stages) or "whole",
)
def test_every_row_has_the_verdict_and_the_canonical_form_of_the_reference(
    rows: list[Row], reference: ReferenceLoader, skip: tuple[str, ...]
) -> None:
    found = {}
    for row in rows:
        request = LoadRequest(row.directory, row.files, row.environment, ("*",), skip=skip)
        found[row.name] = differences(reference, request, ours(request))
    assert {name: lines for name, lines in found.items() if lines} == {}
