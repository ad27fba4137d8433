"""The import rules of pyproject.toml hold, and they would notice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "hybridcompose", tmp_path / "hybridcompose", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _lint(directory: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=directory, capture_output=True, text=True, check=False)


def _add_import(directory: Path, module: str, imported: str) -> None:
    with (directory / module).open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n")


def test_the_rules_hold(copy: Path) -> None:
    done = _lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("spec/base.py", "hybridcompose.diagnostics.model"),
        ("diagnostics/model.py", "hybridcompose.render.stream"),
        ("render/stream.py", "hybridcompose.write"),
        ("write.py", "hybridcompose.cli.run"),
        ("translate/options.py", "hybridcompose.load"),
        ("api.py", "hybridcompose.cli.run"),
        ("translate/options.py", "os"),
        ("plan/model.py", "time"),
        ("render/yaml.py", "pathlib"),
        ("cluster/observe.py", "hybridcompose.translate.labels"),
        ("cluster/decide.py", "hybridcompose.cluster.api"),
        ("cluster/views.py", "time"),
        ("engine/up.py", "kubernetes"),
        ("engine/up.py", "hybridcompose.api"),
    ],
)
def test_an_import_against_the_rules_is_noticed(copy: Path, module: str, imported: str) -> None:
    _add_import(copy, f"hybridcompose/{module}", imported)
    done = _lint(copy)
    assert done.returncode == 1, done.stdout
    assert imported in done.stdout


def test_a_room_that_no_rule_names_is_noticed(copy: Path) -> None:
    (copy / "hybridcompose" / "attic").mkdir()
    (copy / "hybridcompose" / "attic" / "__init__.py").write_text("")
    done = _lint(copy)
    assert done.returncode == 1
    assert "attic" in done.stdout
