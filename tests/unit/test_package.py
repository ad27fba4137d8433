from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import hybridcompose as hc

ROOT = Path(__file__).parents[2]
HEAVY = {"yaml", "pydantic", "click", "kubernetes", "jsonschema", "importlib.metadata", "hybridcompose.api"}


def _python(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def _imported(code: str) -> set[str]:
    return set(_python(f"{code}\nimport sys\nprint(*sys.modules)").split())


def test_importing_the_package_imports_nothing_else() -> None:
    ours = {name for name in _imported("import hybridcompose") if name.startswith("hybridcompose")}
    assert ours == {"hybridcompose"}
    assert not HEAVY & _imported("import hybridcompose; hybridcompose.__version__; dir(hybridcompose)")


def test_rendering_imports_neither_the_cluster_client_nor_jsonschema() -> None:
    imported = _imported(
        "import hybridcompose as hc\nfrom tests.plans import plan, pod\nhc.render(hc.Plan('a', None, (pod(),)))"
    )
    assert not {"kubernetes", "jsonschema", "yaml", "click"} & imported


@pytest.mark.parametrize("name", hc.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(hc, name) is not None
    assert name in dir(hc)


def test_public_names_are_sorted() -> None:
    assert hc.__all__ == sorted(hc.__all__)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = hc.nope  # type: ignore[attr-defined]  # that is what is tested


@pytest.mark.parametrize("name", ["render", "write"])
def test_a_function_stays_a_function_after_its_package_was_imported(name: str) -> None:
    code = f"import hybridcompose as hc\nimport hybridcompose.{name}\nprint(hc.{name}.__module__)"
    assert _python(code) == "hybridcompose.api\n"
    code = (
        f"import hybridcompose as hc\nhc.{name}\nfrom hybridcompose.{name} import {name}\nprint(hc.{name}.__module__)"
    )
    assert _python(code) == "hybridcompose.api\n"


def test_the_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == hc.__version__
