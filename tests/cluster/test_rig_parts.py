"""Parts of the rig that need no root: the cache and the images."""

from __future__ import annotations

import json
import os
import tarfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from tests.cluster.rig import oci, prerequisites, programs, registry
from tests.cluster.rig.cache import cached
from tests.cluster.rig.settings import Rig, RigError, chosen_rig
from tests.cluster.rig.sharing import shared

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_starts_at_the_same_time_make_one_thing_once() -> None:
    made: list[Path] = []
    together = Barrier(4)

    def start() -> Path:
        together.wait(10)
        return cached("programs", "one", "key", made.append)

    with ThreadPoolExecutor(4) as pool:
        found = {future.result() for future in [pool.submit(start) for _ in range(4)]}
    assert (len(made), len(found)) == (1, 1)


def test_what_was_interrupted_is_made_again() -> None:
    def fail(directory: Path) -> None:
        (directory / "half").touch()
        raise RigError("the compiler was killed")

    with pytest.raises(RigError):
        cached("programs", "one", "key", fail)
    made = cached("programs", "one", "key", lambda directory: (directory / "whole").touch())
    assert [entry.name for entry in made.iterdir()] == ["whole"]


def test_what_nobody_used_for_weeks_makes_room_for_the_new(tmp_path: Path) -> None:
    old, used = (cached("programs", "one", key, lambda directory: None) for key in ("old", "used"))
    os.utime(old, (0, 0))
    new = cached("programs", "one", "new", lambda directory: None)
    assert sorted(new.parent.iterdir()) == sorted([new, used])


@pytest.mark.parametrize("was_there", [True, False])
def test_what_tests_have_started_ends_with_the_last_that_uses_it(was_there: bool) -> None:
    running = {"it"} if was_there else set[str]()

    def use() -> AbstractContextManager[None]:
        return shared("it", lambda: "it" in running, lambda: running.add("it"), running.clear)

    for _ in range(2):
        with ExitStack() as first:
            first.enter_context(use())
            with use():
                first.close()
                assert running == {"it"}
            assert running == ({"it"} if was_there else set())


def test_the_key_of_a_program_holds_the_versions_of_its_modules_and_of_the_compiler() -> None:
    keys = {programs.key(group, version) for group in programs.GROUPS for version in ("go1.26.8", "go1.27.0")}
    assert len(keys) == 2 * len(programs.GROUPS)


def small_image(layout: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir(exist_ok=True)
    (root / "program").write_text("#!/bin/sh\n")
    (root / "program").chmod(0o755)
    layout.mkdir()
    oci.image(layout, [oci.layer(layout, root)], oci.Process(("/program",)))


def test_an_image_of_the_same_files_has_the_same_digest(tmp_path: Path) -> None:
    for name in ("first", "second"):
        small_image(tmp_path / name, tmp_path)
    assert (tmp_path / "first/index.json").read_text() == (tmp_path / "second/index.json").read_text()


def test_an_archive_names_the_image_and_holds_all_of_its_blobs(tmp_path: Path) -> None:
    layout, file = tmp_path / "layout", tmp_path / "image.tar"
    small_image(layout, tmp_path)
    registry.archive(layout, "registry.example:5000/rig/small:1", file)
    with tarfile.open(file) as archive:
        names = set(archive.getnames())
        index = archive.extractfile("index.json")
        assert index
        manifest = json.load(index)["manifests"][0]
    assert manifest["annotations"]["io.containerd.image.name"] == "registry.example:5000/rig/small:1"
    assert {f"blobs/sha256/{blob.name}" for blob in oci.blobs(layout).iterdir()} <= names
    assert len(oci.layers(layout)) == 1


def test_a_missing_program_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(prerequisites.PACKAGES, "no-such-program", "no-such-package")
    assert "no-such-package" in prerequisites.missing_packages()


def test_whoever_is_not_root_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "it needs root" in prerequisites.impossible()


def test_rigs_with_different_numbers_share_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    rigs = [Rig(number) for number in range(10)]
    places = [(rig.name, rig.address, rig.pods, rig.services, rig.state) for rig in rigs]
    assert all(len(set(values)) == len(rigs) for values in zip(*places, strict=True))
    monkeypatch.setenv("HYBRIDCOMPOSE_RIG", "ten")
    with pytest.raises(RigError, match="0 to 9"):
        chosen_rig()
