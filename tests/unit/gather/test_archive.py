from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import tarfile
from typing import TYPE_CHECKING

import pytest

from hybridcompose.gather.archive import Member, pack
from hybridcompose.gather.context import Context
from hybridcompose.gather.ignore import IgnoreRules

if TYPE_CHECKING:
    from pathlib import Path


def entries(data: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        return tar.getmembers()


def test_owners_and_times_are_zero_and_modes_are_kept(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text("echo")
    members = [
        Member("d", stat.S_IFDIR | 0o2775),
        Member("d/run.sh", stat.S_IFREG | 0o755, str(tmp_path / "run.sh"), 4),
        Member("d/link", 0o777, link="run.sh"),
    ]
    data = pack(members).data
    assert data is not None
    found = entries(data)
    assert [(entry.name, entry.mode, entry.type) for entry in found] == [
        ("d", 0o2775, tarfile.DIRTYPE),
        ("d/run.sh", 0o755, tarfile.REGTYPE),
        ("d/link", 0o777, tarfile.SYMTYPE),
    ]
    assert {(entry.uid, entry.gid, entry.mtime, entry.uname) for entry in found} == {(0, 0, 0, "")}
    assert found[2].linkname == "run.sh"


def test_the_gzip_header_holds_no_time_and_no_name() -> None:
    data = pack([Member("a", 0o644, content=b"x")]).data
    assert data is not None
    assert data[:4] == b"\x1f\x8b\x08\x00"
    assert data[4:8] == b"\x00\x00\x00\x00"


def test_the_hash_is_of_the_uncompressed_tar() -> None:
    archive = pack([Member("a", 0o644, content=b"x")])
    assert archive.data is not None
    assert archive.sha256 == hashlib.sha256(gzip.decompress(archive.data)).hexdigest()
    assert archive.size == len(archive.data)


def test_an_archive_over_the_limit_keeps_its_size_and_hash_only() -> None:
    members = [Member("a", 0o644, content=bytes(range(256)) * 100)]
    whole, cut = pack(members), pack(members, limit=100)
    assert cut.data is None
    assert cut.size == cut.streamed_size == whole.streamed_size
    assert cut.sha256 == whole.sha256


def test_long_and_foreign_names_survive() -> None:
    name = "ä" * 60 + "/" + "b" * 200
    data = pack([Member(name, 0o644, content=b"")]).data
    assert data is not None
    assert entries(data)[0].name == name


def test_a_file_that_shrinks_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("short")
    with pytest.raises(OSError, match="end of data"):
        pack([Member("log", 0o644, str(tmp_path / "log"), 100)])


@pytest.mark.parametrize("content", [b"", b"abcdefgh"])
def test_a_file_that_changes_while_the_context_is_read_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(b"abcd")
    *_, member = Context(str(tmp_path), IgnoreRules()).members()
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(OSError, match=r".+"):
        pack([member])


def test_a_file_that_vanishes_or_becomes_a_pipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abcd")
    *_, member = Context(str(tmp_path), IgnoreRules()).members()
    (tmp_path / "f").unlink()
    with pytest.raises(FileNotFoundError):
        pack([member])
    os.mkfifo(tmp_path / "f")
    with pytest.raises(OSError, match=r".+"):
        pack([member])
