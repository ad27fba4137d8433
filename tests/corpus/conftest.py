"""Real compose projects, unpacked once a session."""

from __future__ import annotations

import pytest

from tests.real_projects import ARCHIVE, Row, rows


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    if not ARCHIVE.is_file():
        pytest.skip(f"the corpus of real compose projects is not at {ARCHIVE}; HYBRIDCOMPOSE_CORPUS names it")
    return rows(tmp_path_factory.mktemp("corpus"))
