from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cli.keyboard import Keyboard
from hybridcompose.cli.run import run
from hybridcompose.cli.run_once import _variables
from hybridcompose.diagnostics import LoadError

if TYPE_CHECKING:
    from pathlib import Path


def test_of_variables_in_files_the_first_counts_and_over_it_what_is_given(tmp_path: Path) -> None:
    first, second = tmp_path / "first.env", tmp_path / "second.env"
    first.write_text("A=1\nB=1 # of the first\n", encoding="utf-8")
    second.write_text("B=2\nC='2'\nD=$A\n", encoding="utf-8")
    found = _variables((str(first), str(second)), {"A": "given"})
    assert found == {"A": "given", "B": "1", "C": "2", "D": "given"}


def test_a_file_of_variables_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"none\.env"):
        _variables((str(tmp_path / "none.env"),), {})


def test_what_runs_silently_still_complains(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    keyboard = Keyboard(interactive=False, silent=True)
    keyboard.take(1, b"out")
    keyboard.take(2, b"err")
    assert capfdbinary.readouterr() == (b"", b"err")


def test_a_project_without_a_service_that_is_active_is_no_run(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services: {a: {image: x, profiles: [p]}}\n", encoding="utf-8")
    assert run(["-f", str(file), "up"]) == 2
    assert "no service selected" in capfd.readouterr().err
