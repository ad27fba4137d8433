"""The scripts of the init containers, run by this machine's shell; ``env`` stands in for busybox."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from hybridcompose.translate.volume_init import FILL_SCRIPT, PREPARE_SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

ENV = "/usr/bin/env"
OWNER = f"{os.getuid()}:{os.getgid()}"


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    words = ["/bin/sh", "-c", script, "test", ENV, *map(str, arguments)]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=30)


def fill(image: Path, volume: Path) -> None:
    done = run(FILL_SCRIPT, image, volume, volume.with_name("lock"))
    assert (done.returncode, done.stderr) == (0, "")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def image_directory(root: Path) -> Path:
    image = root / "image"
    (image / "sub").mkdir(parents=True)
    (image / "sub").chmod(0o2770)
    (image / ".hidden").write_text("h")
    (image / "run").write_text("r")
    (image / "run").chmod(0o750)
    (image / "link").symlink_to("run")
    image.chmod(0o711)
    return image


def test_a_new_volume_has_the_images_files_modes_links_and_its_own_mode(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir(mode=0o777)
    fill(image_directory(tmp_path), volume)
    assert sorted(entry.name for entry in volume.iterdir()) == [".hidden", "link", "run", "sub"]
    assert (mode(volume), mode(volume / "run"), mode(volume / "sub")) == (0o711, 0o750, 0o2770)
    assert (volume / "link").readlink().name == "run"


def test_a_volume_that_holds_something_is_not_touched(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir(mode=0o700)
    (volume / "kept").write_text("k")
    fill(image_directory(tmp_path), volume)
    assert [entry.name for entry in volume.iterdir()] == ["kept"]
    assert mode(volume) == 0o700


def test_a_volume_over_nothing_is_a_plain_directory_as_in_docker(tmp_path: Path) -> None:
    fill(tmp_path / "absent", tmp_path / "claim")
    assert list((tmp_path / "claim").iterdir()) == []
    assert mode(tmp_path / "claim") == 0o755
    temporary = tmp_path / "emptyDir"
    temporary.mkdir()
    temporary.chmod(0o777)
    assert run(FILL_SCRIPT, tmp_path / "absent", temporary, "").returncode == 0
    assert mode(temporary) == 0o755


def test_the_mode_that_a_service_gave_to_an_empty_volume_outlives_the_start_of_the_next_one(tmp_path: Path) -> None:
    fill(tmp_path / "absent", tmp_path / "claim")
    (tmp_path / "claim").chmod(0o777)
    fill(tmp_path / "absent", tmp_path / "claim")
    assert mode(tmp_path / "claim") == 0o777


def test_a_failing_copy_fails_the_container(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run(FILL_SCRIPT, tmp_path, tmp_path / "file", tmp_path / "lock")
    assert done.returncode != 0


def test_pods_take_turns_at_a_volume_where_busybox_has_no_flock(tmp_path: Path) -> None:
    busybox = tmp_path / "busybox"
    busybox.write_text('#!/bin/sh\nif [ "$1" = flock ]; then echo "applet not found" >&2; exit 127; fi\nexec "$@"\n')
    busybox.chmod(0o755)
    volume, lock = tmp_path / "volume", tmp_path / "lock"
    words: list[str | Path] = ["/bin/sh", "-c", FILL_SCRIPT, "test", busybox, image_directory(tmp_path), volume, lock]
    held = lock.with_name("lock.d")
    held.mkdir()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(0.2)
        assert not volume.exists()
        held.rmdir()
        assert (*waiting.communicate(timeout=30), waiting.returncode) == (b"", b"", 0)
    assert (volume / "run").exists()
    assert not held.exists()


def test_bound_files_are_copied_with_modes_and_the_helper_put_in_place(tmp_path: Path) -> None:
    image, target, tools = image_directory(tmp_path), tmp_path / "target", tmp_path / "tools"
    target.mkdir()
    tools.mkdir()
    done = run(
        PREPARE_SCRIPT,
        tools,
        *("copy", image, target, OWNER),
        *("directory", "", target / "a b" / "empty", ""),
        *("file", "", target / "point", ""),
        *("file", "", target / "run", ""),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert mode(target / "run") == 0o750
    assert (target / "run").read_text() == "r"
    assert (target / "a b" / "empty").is_dir()
    assert (target / "point").read_text() == ""
    assert os.access(tools / "busybox", os.X_OK)
