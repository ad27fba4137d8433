"""Projects made of plain dictionaries, in a directory of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.spec import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Project]:
    def make(services: dict[str, Any], environment: dict[str, str] | None = None, **elements: Any) -> Project:
        project = Project.model_validate({"name": "shop", "services": services, **elements})
        project._working_dir = str(tmp_path)
        project._environment = environment or {}
        return project

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file below the project directory, with the directories above it."""

    def to(name: str, content: str | bytes = "", mode: int = 0o644) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    return to
