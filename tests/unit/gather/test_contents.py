"""An archive that is made a second time: the same bytes, without ever holding them."""

from __future__ import annotations

import gzip
import hashlib
import os
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from hybridcompose.gather.contents import Contents
from hybridcompose.gather.ignore import IgnoreRules

if TYPE_CHECKING:
    from pathlib import Path


def sent(contents: Contents) -> bytes:
    pieces: list[bytes] = []
    contents.send(pieces.append)
    return b"".join(pieces)


def test_what_is_sent_is_what_was_packed(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("print()")
    (tmp_path / "left-out").write_text("x")
    contents = Contents(str(tmp_path), IgnoreRules(("left-out",)), added="FROM a\n")
    archive, _, name = contents.pack()
    data = sent(contents)
    assert archive.data is not None
    assert gzip.decompress(data) == gzip.decompress(archive.data)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (archive.streamed_size, archive.streamed_sha256)
    assert name == ".hybridcompose-build/Dockerfile"


def test_a_file_that_has_changed_gives_other_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    contents = Contents(str(tmp_path))
    before = sent(contents)
    (tmp_path / "a").write_text("two")
    assert sent(contents) != before


def test_a_large_context_is_packed_and_sent_in_little_memory(tmp_path: Path) -> None:
    block = os.urandom(1 << 20)
    with (tmp_path / "large").open("wb") as file:
        for _ in range(32):
            file.write(block)
    for number in range(300):
        (tmp_path / f"small-{number}").write_text("x")
    contents = Contents(str(tmp_path))
    received = 0

    def take(piece: bytes) -> None:
        nonlocal received
        received += len(piece)

    tracemalloc.start()
    try:
        archive, _, _ = contents.pack()
        contents.send(take)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert archive.data is None
    assert received == archive.size == archive.streamed_size > 32 << 20
    assert peak < 8 << 20


def test_an_inline_dockerfile_does_not_show_where_contents_are_printed(tmp_path: Path) -> None:
    assert "hunter2" not in repr(Contents(str(tmp_path), added="ENV PASSWORD=hunter2"))


def test_a_file_that_cannot_be_read_any_more_is_an_error(tmp_path: Path) -> None:
    contents = Contents(str(tmp_path / "gone"))
    with pytest.raises(OSError, match="gone"):
        sent(contents)
