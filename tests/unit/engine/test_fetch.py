"""What is unpacked of an archive that came out of a container."""

from __future__ import annotations

import io
import stat
import tarfile
from typing import TYPE_CHECKING

from hybridcompose.engine.fetch import unpacked

if TYPE_CHECKING:
    from pathlib import Path


def _archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def _member(name: str, kind: bytes = tarfile.REGTYPE, mode: int = 0o600, link: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.mode, found.uid, found.linkname = kind, mode, 1234, link
    return found


def test_files_can_be_read_by_whoever_collects_them(tmp_path: Path) -> None:
    archive = _archive(
        tmp_path / "a.tar",
        (_member("./out", tarfile.DIRTYPE, 0o000), b""),
        (_member("./out/report.xml", mode=0o4000), b"<x/>"),
        (_member("./out/same.xml", tarfile.LNKTYPE, link="./out/report.xml"), b""),
    )
    assert list(unpacked(archive, tmp_path)) == []
    for name in ("report.xml", "same.xml"):
        file = tmp_path / "out" / name
        assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"<x/>", 0o644)


def test_nothing_leaves_the_directory_and_what_is_no_file_is_told(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    archive = _archive(
        tmp_path / "a.tar",
        (_member("../out.txt"), b"x"),
        (_member("/etc/out.txt"), b"x"),
        (_member("./link", tarfile.SYMTYPE, link="/etc/passwd"), b""),
        (_member("./pipe", tarfile.FIFOTYPE), b""),
        (_member("./good.txt"), b"x"),
    )
    assert list(unpacked(archive, inside)) == [
        "left out: ../out.txt",
        "left out: /etc/out.txt",
        "left out: /link is no file",
        "left out: /pipe is no file",
    ]
    assert [path.name for path in inside.iterdir()] == ["good.txt"]


def test_an_empty_archive_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.tar").touch()
    assert list(unpacked(tmp_path / "a.tar", tmp_path)) == []
