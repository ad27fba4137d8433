"""Archives that are packed and unpacked here, those of hostile containers among them."""

from __future__ import annotations

import io
import os
import tarfile
from typing import TYPE_CHECKING

import pytest

from hybridcompose.engine.tarballs import UnsafeArchiveError, pack, unpack

if TYPE_CHECKING:
    from pathlib import Path

OLD = 1_577_934_245


def _tree(root: Path) -> Path:
    """A directory with files of several modes, a link, and a time of its own."""
    place = root / "tree"
    (place / "sub").mkdir(parents=True)
    for name, mode in (("run.sh", 0o750), ("sub/data", 0o604)):
        (place / name).write_text(name, encoding="utf-8")
        (place / name).chmod(mode)
        os.utime(place / name, (OLD, OLD))
    (place / "link").symlink_to("sub/data")
    (place / "sub").chmod(0o555)
    os.utime(place / "sub", (OLD, OLD))
    return place


def _packed(path: Path, name: str) -> io.BytesIO:
    archive = io.BytesIO()
    pack(str(path), name, archive, owners=False)
    archive.seek(0)
    return archive


def _archive(*members: tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    archive.seek(0)
    return archive


def _file(name: str) -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo(name), b"evil"


def _link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def test_modes_times_and_links_come_through(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    assert unpack(_packed(_tree(tmp_path), "tree"), str(into), "tree", "new", owners=False) == []
    assert (into / "new/run.sh").read_text(encoding="utf-8") == "run.sh"
    assert os.readlink(into / "new/link") == "sub/data"
    for name, mode in (("run.sh", 0o750), ("sub", 0o555), ("sub/data", 0o604)):
        found = (into / "new" / name).stat()
        assert (name, found.st_mode & 0o7777, found.st_mtime) == (name, mode, OLD)


def test_the_content_of_a_directory_goes_into_another(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    unpack(_packed(_tree(tmp_path), "."), str(into), ".", ".", owners=False)
    assert sorted(path.name for path in into.iterdir()) == ["link", "run.sh", "sub"]


def test_what_is_packed_belongs_to_root_unless_owners_are_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    if os.geteuid() == 0:
        os.chown(tmp_path / "file", 1234, 77)
    found = {}
    for owners in (False, True):
        archive = io.BytesIO()
        pack(str(tmp_path / "file"), "file", archive, owners=owners)
        archive.seek(0)
        with tarfile.open(fileobj=archive) as tar:
            found[owners] = (tar.getmember("file").uid, tar.getmember("file").gid)
    status = (tmp_path / "file").stat()
    assert found == {False: (0, 0), True: (status.st_uid, status.st_gid)}


@pytest.mark.parametrize(
    "members",
    [
        [_file("../evil")],
        [_file("tree/../../evil")],
        [_link("tree", ".."), _file("tree/evil")],
        [_link("tree/out", "/"), _file("tree/out/evil")],
        [_link("tree/out", "../../evil", tarfile.LNKTYPE)],
    ],
    ids=["above", "above-later", "through-a-link", "through-an-absolute-link", "hard-link"],
)
def test_nothing_is_written_outside(tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    into = tmp_path / "a" / "into"
    into.mkdir(parents=True)
    with pytest.raises(UnsafeArchiveError):
        unpack(_archive(*members), str(into), "tree", "tree", owners=False)
    assert not list(tmp_path.rglob("evil"))


def test_an_absolute_name_stays_below(tmp_path: Path) -> None:
    unpack(_archive(_file("/etc/evil")), str(tmp_path), "tree", "tree", owners=False)
    assert (tmp_path / "etc/evil").exists()


def test_a_link_that_is_in_the_way_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept", encoding="utf-8")
    (tmp_path / "into").mkdir()
    (tmp_path / "into/file").symlink_to(tmp_path / "kept")
    unpack(_archive(_file("file")), str(tmp_path / "into"), "file", "file", owners=False)
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "kept"
    assert not (tmp_path / "into/file").is_symlink()


def test_what_is_no_file_is_named_and_left_out(tmp_path: Path) -> None:
    device = tarfile.TarInfo("tree/pipe")
    device.type = tarfile.FIFOTYPE
    assert unpack(_archive((device, b"")), str(tmp_path), "tree", "tree", owners=False) == ["tree/pipe"]
    assert not list(tmp_path.iterdir())
