"""Loads small projects that a test writes down as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from hybridcompose.diagnostics import Diagnostic, LoadError
from hybridcompose.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.spec import Project


class Loader(Protocol):
    """``load_text("compose text", other_yaml="text of other.yaml", environment=…)``."""

    def __call__(self, text: str, files: dict[str, str] | None = None, **options: Any) -> Project: ...


class Refuser(Protocol):
    def __call__(self, text: str, files: dict[str, str] | None = None, **options: Any) -> tuple[Diagnostic, ...]: ...


@pytest.fixture
def load_text(tmp_path: Path) -> Loader:
    """Loads ``text`` as compose.yaml of a project called "demo", with other files beside it."""

    def loader(text: str, files: dict[str, str] | None = None, **options: Any) -> Project:
        for name, content in {"compose.yaml": text, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content).lstrip("\n"), encoding="utf-8")
        paths = [str(tmp_path / name) for name in options.pop("paths", ["compose.yaml"])]
        settings = {"environment": {}, "project_name": "demo", **options}
        return load(paths, **settings)

    return loader


@pytest.fixture
def refuse_text(load_text: Loader) -> Refuser:
    """What is said about a project that cannot be loaded."""

    def refuser(text: str, files: dict[str, str] | None = None, **options: Any) -> tuple[Diagnostic, ...]:
        with pytest.raises(LoadError) as caught:
            load_text(text, files, **options)
        return caught.value.diagnostics

    return refuser
