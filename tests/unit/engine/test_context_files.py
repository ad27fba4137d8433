from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import pytest

from hybridcompose.diagnostics import OutputError
from hybridcompose.engine.context_files import write_contexts
from hybridcompose.plan import ContextArchive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Source(NamedTuple):
    content: bytes

    def send(self, take: Callable[[bytes], None]) -> None:
        take(self.content[:2])
        take(self.content[2:])


def archive(name: str, content: bytes, said: bytes | None = None) -> ContextArchive:
    told = content if said is None else said
    return ContextArchive(name, len(told), hashlib.sha256(told).hexdigest(), Source(content))


def test_each_archive_is_written_once_under_its_name(tmp_path: Path) -> None:
    paths = write_contexts([archive("b", b"bbb"), archive("a", b"aaa"), archive("b", b"bbb")], str(tmp_path / "new"))
    assert paths == [str(tmp_path / "new" / "a"), str(tmp_path / "new" / "b")]
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {"a": b"aaa", "b": b"bbb"}


def test_a_context_that_has_changed_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="have changed"):
        write_contexts([archive("a", b"now", b"then")], str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        write_contexts([archive("a", b"aaa")], str(tmp_path / "file" / "below"))
