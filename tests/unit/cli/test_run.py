from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from hybridcompose.cli import app as app_module
from hybridcompose.cli.exit_codes import ExitCode
from hybridcompose.cli.run import run

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes the command ``fail`` end with an exception."""

    def make(error: BaseException) -> None:
        @click.command("fail")
        def fail() -> None:
            raise error

        monkeypatch.setattr(app_module.Commands, "get_command", lambda *_: fail)

    monkeypatch.delenv("HYBRIDCOMPOSE_DEBUG", raising=False)
    return make


def test_a_defect_is_one_line_without_what_the_exception_says(
    command: Callable[[BaseException], None], capfd: pytest.CaptureFixture[str]
) -> None:
    command(KeyError("a secret"))
    assert run(["fail"]) == ExitCode.INTERNAL_ERROR
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    assert "internal error: KeyError" in told
    assert "please report" in told
    assert "secret" not in told


def test_a_defect_shows_its_traceback_when_asked(
    command: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    command(KeyError("a"))
    monkeypatch.setenv("HYBRIDCOMPOSE_DEBUG", "1")
    with pytest.raises(KeyError):
        run(["fail"])


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyboardInterrupt(), ExitCode.INTERRUPTED), (click.Abort(), ExitCode.INTERRUPTED)],
)
def test_ctrl_c_is_said_in_a_word(
    command: Callable[[BaseException], None], capfd: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    command(error)
    assert run(["fail"]) == code
    assert capfd.readouterr().err == "interrupted\n"


@pytest.mark.parametrize("arguments", [["bogus"], ["--bogus"], [], ["--diagnostics", "xml", "config"]])
def test_a_wrong_command_line_points_to_the_help(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == ExitCode.USAGE
    told = capfd.readouterr()
    assert told.out == ""
    assert "error: " in told.err
    assert "--help" in told.err


def test_a_global_option_after_the_command_says_where_it_belongs(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "-f", "compose.yml"]) == ExitCode.USAGE
    assert "Write -f before the command: hybridcompose -f ... config" in capfd.readouterr().err


def test_help_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == ExitCode.OK
    assert "render" in capfd.readouterr().out


def test_a_run_that_ends_with_the_first_exit_is_refused_for_what_is_restarted(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(["up", "--abort-on-container-exit", "--workloads", "deployment"]) == ExitCode.USAGE
    assert "name the service that ends with --exit-code-from" in capfd.readouterr().err
