from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import Code, OutputError, TranslateError
from hybridcompose.render import document
from hybridcompose.write import INDEX, _swap, write
from tests.plans import config_map, plan, pod, secret

if TYPE_CHECKING:
    from pathlib import Path


def _contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()}


def test_each_object_is_written_and_its_path_returned(tmp_path: Path) -> None:
    paths = write(plan(config_map(a="b"), pod()), tmp_path / "a" / "out")
    assert paths == [str(tmp_path / "a/out/03-configmap-settings.yaml"), str(tmp_path / "a/out/12-pod-web.yaml")]
    assert (tmp_path / "a/out/12-pod-web.yaml").read_text(encoding="utf-8") == document(pod())


def test_files_of_objects_that_are_gone_disappear(tmp_path: Path) -> None:
    write(plan(pod("old"), pod("web")), tmp_path)
    write(plan(pod("web")), tmp_path)
    assert sorted(_contents(tmp_path)) == [INDEX, "12-pod-web.yaml"]


def test_the_same_plan_writes_the_same_files(tmp_path: Path) -> None:
    write(plan(pod(), secret()), tmp_path)
    first = _contents(tmp_path)
    write(plan(pod(), secret()), tmp_path)
    assert _contents(tmp_path) == first


def test_a_foreign_file_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("a: b")
    with pytest.raises(OutputError, match=r"mine\.yaml") as caught:
        write(plan(pod()), tmp_path)
    assert caught.value.diagnostics[0].code is Code.UNWRITABLE_OUTPUT
    assert _contents(tmp_path) == {"mine.yaml": "a: b"}


def test_a_file_named_like_ours_that_no_run_wrote_is_foreign(tmp_path: Path) -> None:
    (tmp_path / "12-pod-web.yaml").write_text("a: b")
    with pytest.raises(OutputError):
        write(plan(pod()), tmp_path)
    assert _contents(tmp_path) == {"12-pod-web.yaml": "a: b"}


def test_hidden_files_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*")
    write(plan(pod()), tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "*"


def test_an_index_that_names_files_elsewhere_removes_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("kept")
    out = tmp_path / "out"
    out.mkdir()
    (out / INDEX).write_text(f"../outside.txt\n{outside}\n..\n\n")
    write(plan(pod()), out)
    assert outside.read_text() == "kept"


def test_a_plan_that_cannot_be_rendered_leaves_the_old_output(tmp_path: Path) -> None:
    write(plan(pod()), tmp_path)
    before = _contents(tmp_path)
    with pytest.raises(TranslateError):
        write(plan(pod(), config_map(a="\udcff")), tmp_path)
    assert _contents(tmp_path) == before


def test_a_failure_in_the_middle_leaves_the_old_output(tmp_path: Path) -> None:
    write(plan(pod("a")), tmp_path)
    before = _contents(tmp_path)
    # No file system holds a name of 300 characters.
    with pytest.raises(OutputError, match="File name too long"):
        write(plan(pod("b"), pod("x" * 300)), tmp_path)
    assert _contents(tmp_path) == before


def test_a_new_directory_goes_away_when_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write(plan(pod("x" * 300)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_moves_before_one_that_fails_are_undone(tmp_path: Path) -> None:
    write(plan(pod("a")), tmp_path)
    before = _contents(tmp_path)
    staging = tmp_path / ".staging"
    (staging / "new").mkdir(parents=True)
    for name in ("12-pod-a.yaml", "12-pod-b.yaml"):
        (staging / "new" / name).write_text("new")
    # Somebody puts a directory where the second new file should go, after everything was checked.
    (tmp_path / "12-pod-b.yaml" / "in-the-way").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        _swap(tmp_path, staging, {"12-pod-a.yaml"})
    shutil.rmtree(staging)
    shutil.rmtree(tmp_path / "12-pod-b.yaml")
    assert _contents(tmp_path) == before


def test_a_file_instead_of_a_directory_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*out"):
        write(plan(pod()), tmp_path / "out")


def test_a_directory_that_cannot_be_made_is_a_clear_error() -> None:
    # Not even root makes directories there.
    with pytest.raises(OutputError, match="cannot write /proc/self/out"):
        write(plan(pod()), "/proc/self/out")


def test_a_linked_directory_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write(plan(pod()), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "12-pod-web.yaml").is_file()


def test_only_the_owner_reads_a_secret(tmp_path: Path) -> None:
    write(plan(secret()), tmp_path)
    (file,) = tmp_path.glob("*-secret-*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_json_files_replace_yaml_files(tmp_path: Path) -> None:
    write(plan(pod()), tmp_path)
    write(plan(pod()), tmp_path, "json")
    assert sorted(_contents(tmp_path)) == [INDEX, "12-pod-web.json"]
