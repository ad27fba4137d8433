"""The same project gives the same bytes, wherever and whenever it is rendered."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.e2e.program import run

FIXTURES = sorted(path.parent for path in (Path(__file__).parents[2] / "fixtures").glob("*/fixture.toml"))
#: What differs between two machines that must not show.
HERE = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
THERE = {"PYTHONHASHSEED": "77", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"}


def rendered(fixture: Path, parent: Path, seconds: int, variables: dict[str, str]) -> bytes:
    """The manifests of a copy of the fixture below ``parent``, whose files are as old as ``seconds`` says."""
    copy = parent / fixture.name
    shutil.copytree(fixture, copy, ignore=shutil.ignore_patterns("golden"))
    for path in copy.rglob("*"):
        os.utime(path, (seconds, seconds), follow_symlinks=False)
    setting = tomllib.loads((fixture / "fixture.toml").read_text(encoding="utf-8"))
    files = [argument for file in setting["files"] for argument in ("-f", file)]
    profiles = [argument for profile in setting["profiles"] for argument in ("--profile", profile)]
    done = run(
        *files,
        *profiles,
        "render",
        "--registry",
        "registry.example:5000",
        "--secrets",
        "inline",
        directory=copy,
        variables={**setting["environment"], **variables},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_directory_time_zone_locale_hash_seed_and_file_times_do_not_show(fixture: Path, tmp_path: Path) -> None:
    first = rendered(fixture, tmp_path / "here", 1_000_000_000, HERE)
    second = rendered(fixture, tmp_path / "far" / "away", 1_700_000_000, THERE)
    assert first
    assert first == second
