"""The same project gives the same bytes, wherever and whenever it is rendered."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import run
from tests.fixtures import NAMES, Fixture

if TYPE_CHECKING:
    from pathlib import Path

#: What differs between two machines that must not show.
HERE = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
THERE = {"PYTHONHASHSEED": "77", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"}


def rendered(name: str, parent: Path, seconds: int, variables: dict[str, str]) -> bytes:
    """The manifests of a copy of the fixture below ``parent``, whose files are as old as ``seconds`` says."""
    fixture = Fixture.named(name).copied(parent / name)
    for path in fixture.directory.rglob("*"):
        os.utime(path, (seconds, seconds), follow_symlinks=False)
    files = [word for file in fixture.files for word in ("-f", file)]
    profiles = [word for profile in fixture.profiles for word in ("--profile", profile)]
    done = run(
        *files,
        *profiles,
        "render",
        "--registry",
        "registry.example:5000",
        "--secrets",
        "inline",
        directory=fixture.directory,
        variables={**fixture.environment, **variables},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_directory_time_zone_locale_hash_seed_and_file_times_do_not_show(name: str, tmp_path: Path) -> None:
    first = rendered(name, tmp_path / "here", 1_000_000_000, HERE)
    second = rendered(name, tmp_path / "far" / "away", 1_700_000_000, THERE)
    assert first
    assert first == second
