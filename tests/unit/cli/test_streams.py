from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cli.streams import save
from hybridcompose.diagnostics import OutputError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "saved.yaml"
    file.write_text("before, and longer", encoding="utf-8")
    file.chmod(0o640)
    save("after\n", str(file))
    assert file.read_text(encoding="utf-8") == "after\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["saved.yaml"]


def test_a_link_stays_a_link_to_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    save("text", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text(encoding="utf-8") == "text"


def test_where_writing_fails_the_file_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "saved.yaml"
    file.write_text("before", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        save("\ud800", str(file))
    assert file.read_text(encoding="utf-8") == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["saved.yaml"]


def test_a_directory_that_is_not_there_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        save("text", str(tmp_path / "no" / "file"))
    assert "no/file" in caught.value.diagnostics[0].message


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=save, args=("text", str(pipe)))
    writer.start()
    assert pipe.read_text(encoding="utf-8") == "text"
    writer.join()
