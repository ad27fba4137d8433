"""Whatever a name stands for, reading it ends."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from hybridcompose.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"a" * 3_000_000)
    assert read_file(str(file)) == b"a" * 3_000_000


def test_what_is_too_long_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"abcde")
    assert read_file(str(file), limit=5) == b"abcde"
    for name in (str(file), "/dev/zero"):
        with pytest.raises(OSError, match="longer") as caught:
            read_file(name, limit=4)
        assert caught.value.errno == errno.EFBIG


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "p"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"b" * 200_000))
    writer.start()
    assert read_file(str(pipe)) == b"b" * 200_000
    writer.join()


def test_a_pipe_that_is_closed_again_without_a_word_is_empty(tmp_path: Path) -> None:
    pipe = tmp_path / "p"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b""))
    writer.start()
    assert read_file(str(pipe)) == b""
    writer.join()


def test_the_pipe_of_a_process_substitution_is_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"services: {}")
    os.close(writing)
    assert read_file(f"/dev/fd/{reading}") == b"services: {}"
    os.close(reading)


def test_a_pipe_that_nobody_writes_into_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p")
    with pytest.raises(OSError, match="nobody writes"):
        read_file(str(tmp_path / "p"))


@pytest.mark.parametrize(("name", "kind"), [("gone", FileNotFoundError), (".", IsADirectoryError)])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, kind: type[OSError]) -> None:
    with pytest.raises(kind):
        read_file(str(tmp_path / name))


def test_the_empty_device_is_empty() -> None:
    assert read_file("/dev/null") == b""
