"""However a run ends: one clear message, the right exit code, never a traceback."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import COMMAND, COMPOSE, environment, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    return tmp_path


def _is_one_clear_error(done: subprocess.CompletedProcess[bytes], code: int) -> bool:
    told = done.stderr.decode()
    return done.returncode == code and told.count("error[") == 1 and "Traceback" not in told and not done.stdout


@pytest.mark.parametrize(
    "content",
    [b"", b"# nothing\n", bytes(range(256)), b"\0" * 9, b"services: [", b"- a\n", b"a"],
    ids=["empty", "a comment", "binary", "zeros", "broken", "a list", "a word"],
)
def test_a_file_that_is_no_compose_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "compose.yaml").write_bytes(content)
    done = run("render", directory=tmp_path)
    assert _is_one_clear_error(done, 15), done
    assert b"compose.yaml" in done.stderr


def test_no_compose_file(tmp_path: Path) -> None:
    assert _is_one_clear_error(run("render", directory=tmp_path), 15)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("-f", "gone.yaml", "config", directory=tmp_path)
    assert _is_one_clear_error(done, 15)
    assert b"gone.yaml" in done.stderr


def test_a_directory_instead_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    done = run("-f", "sub", "config", directory=tmp_path)
    assert _is_one_clear_error(done, 15)
    assert b"sub" in done.stderr


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    # Not even root reads there.
    done = run("-f", "/proc/self/mem", "config", directory=tmp_path)
    assert _is_one_clear_error(done, 15)


def test_nothing_on_standard_input(tmp_path: Path) -> None:
    assert _is_one_clear_error(run("-f", "-", "config", directory=tmp_path), 15)


def test_a_finding_on_standard_input_quotes_its_line(tmp_path: Path) -> None:
    done = run("-f", "-", "config", directory=tmp_path, stdin=b"services:\n  web:\n    imagine: x\n")
    assert done.returncode == 15
    assert b"-:3:5: error[unknown-key]" in done.stderr
    assert b"    3 |     imagine: x" in done.stderr


def test_the_reader_of_the_output_goes_away(project: Path) -> None:
    command = [*COMMAND, "-q", "config"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=project, env=environment(), stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_standard_output_is_closed(project: Path) -> None:
    script = 'exec "$@" >&-'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, "config"], cwd=project, env=environment(), capture_output=True, check=False
    )
    assert _is_one_clear_error(done, 18)


@pytest.mark.parametrize("arguments", [["config"], ["--help"], ["render", "--help"]])
def test_standard_output_is_full(project: Path, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=project, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 18
    assert done.stderr.count(b"error[unwritable-output]") == 1
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_standard_error_is_closed(project: Path) -> None:
    script = 'exec "$@" 2>&-'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, "render"], cwd=project, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout


def test_ctrl_c_during_work(tmp_path: Path) -> None:
    command = [*COMMAND, "-f", "-", "config"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        _wait_for_a_reader(process.stdin.fileno())
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == (b"", b"interrupted\n")
    assert process.returncode == 130


def _wait_for_a_reader(descriptor: int) -> None:
    """Fills a pipe; when it takes more again, the program is at work reading it."""
    os.set_blocking(descriptor, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(descriptor, b"#" * 4096)
    assert select.select([], [descriptor], [], 60)[1]


def test_the_version_is_printed(tmp_path: Path) -> None:
    import hybridcompose

    done = run("--version", directory=tmp_path)
    assert (done.returncode, done.stdout.decode()) == (0, f"hybridcompose, version {hybridcompose.__version__}\n")
