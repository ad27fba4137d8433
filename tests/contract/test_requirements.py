"""What is installed is what ``pyproject.toml`` asks for, in exact versions, from wherever the machine gets packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PYPROJECT["project"]["dependencies"]
DEV = [*RUNTIME, *PYPROJECT["dependency-groups"]["dev"], *PYPROJECT["build-system"]["requires"]]


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_a_lock_holds_exact_versions_and_nothing_else(name: str) -> None:
    for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-z0-9._-]+==[0-9][0-9a-z.]*", line), line


@pytest.mark.parametrize(("name", "asked"), [("runtime.txt", RUNTIME), ("dev.txt", DEV)])
def test_the_lock_satisfies_what_is_asked_for(name: str, asked: list[str]) -> None:
    pins = {canonicalize_name(package): version for package, version in _pins(name).items()}
    for requirement in map(Requirement, asked):
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_the_program_is_tested_with_the_versions_that_it_is_installed_with() -> None:
    assert _pins("runtime.txt").items() <= _pins("dev.txt").items()
