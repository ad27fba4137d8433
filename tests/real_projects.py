"""Real compose projects. They are third-party data and not part of this repository."""

from __future__ import annotations

import json
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ARCHIVE = Path(
    os.environ.get("HYBRIDCOMPOSE_CORPUS", Path(__file__).parents[1] / ".." / "shared" / "corpus" / "open.tgz")
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


def rows(directory: Path) -> list[Row]:
    """Unpacks the archive into ``directory``."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(directory, filter="data")
    lines = (directory / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [Row(directory, json.loads(line)) for line in lines]
