"""Real compose projects, unpacked once a session. They are third-party data and not part of this repository."""

from __future__ import annotations

import json
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ARCHIVE = Path(
    os.environ.get("HYBRIDCOMPOSE_CORPUS", Path(__file__).parents[2] / ".." / "shared" / "corpus" / "open.tgz")
).resolve()


@dataclass(frozen=True)
class Row:
    """One load command and what the reference loader said to it."""

    root: Path
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.data["id"])

    @property
    def files(self) -> list[str]:
        return [str(self.root / "projects" / file) for file in self.data["files"]]

    @property
    def directory(self) -> str:
        return str(self.root / "projects" / self.data["project_dir"])

    @property
    def environment(self) -> dict[str, str]:
        return dict(self.data["needs_env"])

    @property
    def loads(self) -> bool:
        return bool(self.data["reference_loads"])

    def expected(self) -> Any:
        text = (self.root / self.data["expected"]).read_text(encoding="utf-8")
        return json.loads(text.replace("@CORPUS@", str(self.root / "projects")))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    if not ARCHIVE.is_file():
        pytest.skip(f"the corpus of real compose projects is not at {ARCHIVE}; HYBRIDCOMPOSE_CORPUS names it")
    return unpacked(tmp_path_factory.mktemp("corpus"))


def unpacked(root: Path) -> list[Row]:
    """The rows of the archive, with their files below ``root``."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(root, filter="data")
    lines = (root / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [Row(root, json.loads(line)) for line in lines]
