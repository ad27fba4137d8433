from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.gather import gather
from hybridcompose.gather.border import border_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hybridcompose.spec import Project


@pytest.mark.parametrize("is_worktree", [False, True])
def test_a_project_reaches_up_to_the_top_of_its_checkout(tmp_path: Path, is_worktree: bool) -> None:
    mark = tmp_path / "checkout" / ".git"
    mark.parent.mkdir()
    mark.write_text("gitdir: elsewhere") if is_worktree else mark.mkdir()
    project = tmp_path / "checkout" / "deploy" / "ci"
    project.mkdir(parents=True)
    assert border_of(str(project)) == str(tmp_path / "checkout")


def test_the_nearest_checkout_counts(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "inner"):
        (directory / ".git").mkdir(parents=True)
    assert border_of(str(tmp_path / "inner")) == str(tmp_path / "inner")


def test_a_project_outside_version_control_is_its_own_border(tmp_path: Path) -> None:
    assert border_of(str(tmp_path)) == str(tmp_path)


def test_files_beside_the_project_directory_are_read_up_to_the_border_only(
    tmp_path: Path, make_project: Callable[..., Project]
) -> None:
    (tmp_path / "top" / ".git").mkdir(parents=True)
    for name in ("top/shared.conf", "outside.conf"):
        (tmp_path / name).write_text(name)
    directory = tmp_path / "top" / "deploy"
    directory.mkdir()
    mounts: list[dict[str, Any]] = [
        {"type": "bind", "source": str(tmp_path / name), "target": f"/{name}"}
        for name in ("top/shared.conf", "top/data", "outside.conf")
    ]
    project = make_project({"web": {"image": "app", "volumes": mounts}})
    project._working_dir = str(directory)
    facts = gather(project)
    assert facts.border == str(tmp_path / "top")
    assert {source.removeprefix(f"{tmp_path}/"): found.inside_project for source, found in facts.sources.items()} == {
        "top/shared.conf": True,
        "top/data": True,
        "outside.conf": False,
    }
    assert facts.sources[str(tmp_path / "outside.conf")].files == ()
