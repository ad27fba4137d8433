"""Hostile input ends within 2 s of CPU time and 300 MiB: with a finding at its place or well, never in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cli.exit_codes import ExitCode
from tests.hostile.builds import BUILDS
from tests.hostile.files import FILES
from tests.hostile.values import CIRCLES, GROWING, INTERPOLATION, LONG
from tests.hostile.yaml_text import YAML_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hostile.case import Hostile

ROOT = Path(__file__).parents[2]
MEASURED = Path(__file__).with_name("measured.py")
SECONDS, MEBIBYTES = 2.0, 300
#: What is said is for people to read.
LONGEST = 40_000


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A directory that is removed by what does not mind how deep it is: pytest's own way minds."""
    place = tmp_path / "project"
    place.mkdir()
    yield place
    subprocess.run(["rm", "-rf", place], check=True)


@pytest.mark.parametrize(
    "hostile",
    [*YAML_TEXT, *CIRCLES, *INTERPOLATION, *GROWING, *LONG, *FILES, *BUILDS],
    ids=lambda hostile: hostile.name,
)
def test_hostile_input_ends_fast_small_and_in_a_clear_answer(hostile: Hostile, project: Path, tmp_path: Path) -> None:
    hostile.prepare(project)
    done = subprocess.run(
        [sys.executable, MEASURED, tmp_path / "usage", "-f", "compose.yaml", "-p", "demo", *hostile.command],
        cwd=project,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT)},
    )
    said = done.stderr.decode().replace(f"{project}/", "")
    assert "Traceback" not in said
    assert "internal error" not in said
    assert len(said) < LONGEST
    assert said.startswith(hostile.says) if hostile.says else "error[" not in said
    assert done.returncode in ((ExitCode.BAD_INPUT, ExitCode.UNTRANSLATABLE) if "error[" in said else (ExitCode.OK,))
    seconds, mebibytes = (tmp_path / "usage").read_text(encoding="utf-8").split()
    assert float(seconds) < SECONDS
    assert int(mebibytes) < MEBIBYTES
