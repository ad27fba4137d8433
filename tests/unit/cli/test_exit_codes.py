from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cli.exit_codes import MEANING, ExitCode, told
from hybridcompose.cli.run import run
from hybridcompose.diagnostics import HybridComposeError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_code_has_a_meaning() -> None:
    assert set(MEANING) == set(ExitCode)


def test_every_error_exits_with_a_code_of_its_own() -> None:
    codes = [error.exit_code for error in HybridComposeError.__subclasses__()]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= {code.value for code in ExitCode}


def test_the_last_line_of_a_failure_says_its_code_what_that_means_and_what_docker_has() -> None:
    assert told(ExitCode.TIMED_OUT) == "exit code 22 (docker compose: 1): what was waited for did not come in time\n"
    assert told(ExitCode.UNTRANSLATABLE).startswith("exit code 16: the project is right but")


@pytest.mark.parametrize(
    ("arguments", "text", "code"),
    [
        (["config"], "services: 5", ExitCode.BAD_INPUT),
        (
            ["render"],
            "services: {a: {image: x, volumes: [{type: npipe, source: x, target: /x}]}}",
            ExitCode.UNTRANSLATABLE,
        ),
        (["config", "nobody"], "services: {a: {image: x}}", ExitCode.USAGE),
        (["--bogus"], "", ExitCode.USAGE),
        (["--strict", "render"], "services: {a: {image: x, blkio_config: {weight: 5}}}", ExitCode.WARNINGS),
    ],
)
def test_a_failed_command_says_its_code_to_people(
    arguments: list[str], text: str, code: ExitCode, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "compose.yml"
    file.write_text(text)
    for form in ("text", "github", "json"):
        assert run(["-f", str(file), "--diagnostics", form, *arguments]) == code
        *_, last = capfd.readouterr().err.splitlines(keepends=True)
        # A wrong command line is told in words, whatever the form of findings.
        assert (last == told(code)) is (form != "json" or code is ExitCode.USAGE)


@pytest.mark.parametrize(
    "words",
    [
        "config --hash nobody",
        "cp nobody:/x .",
        "down nobody",
        "events nobody",
        "exec nobody true",
        "images nobody",
        "kill nobody",
        "logs -f nobody",
        "logs nobody",
        "port nobody 80",
        "ps nobody",
        "restart nobody",
        "run nobody",
        "start nobody",
        "stop nobody",
        "top nobody",
        "up nobody",
        "url nobody 80",
        "wait nobody",
    ],
)
def test_a_service_that_the_files_lack_is_a_wrong_command_line_for_every_command(
    words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "compose.yml"
    file.write_text("services: {somebody: {image: x}}")
    assert run(["-f", str(file), *words.split()]) == ExitCode.USAGE
    assert "nobody" in capfd.readouterr().err


def test_a_command_that_succeeds_says_no_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "compose.yml").write_text("services: {a: {image: x}}")
    monkeypatch.chdir(tmp_path)
    assert run(["config"]) == ExitCode.OK
    assert "exit code" not in capfd.readouterr().err
