"""Finds the pinned reference loader's files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

ORACLE = Path(__file__).parents[1] / "oracle"
MODULE = "github.com/compose-spec/compose-go/v2"


def reference_directory() -> Path:
    """Where the reference's module is; skips where Go is missing, which is a failure in CI."""
    go = shutil.which("go")
    if go is None:
        missing("Go is not installed, so the pinned reference cannot be read")
    found = subprocess.run(
        [str(go), "mod", "download", "-json", MODULE], cwd=ORACLE, capture_output=True, text=True, check=False
    )
    if found.returncode != 0:
        missing(f"the pinned reference cannot be downloaded: {found.stdout or found.stderr}")
    return Path(json.loads(found.stdout)["Dir"])


def missing(reason: str) -> NoReturn:
    """Skips a test on a developer's machine and fails it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
