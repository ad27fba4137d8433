from __future__ import annotations

import pytest

from hybridcompose.cli import absent
from hybridcompose.cli.app import COMMANDS
from hybridcompose.cli.run import run


@pytest.mark.parametrize("name", sorted(absent.COMMANDS))
def test_a_command_that_cannot_be_says_why_and_what_to_do(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert name not in COMMANDS
    assert run([name, "web"]) == 2
    assert f"error: there is no {name}: {absent.COMMANDS[name].reason}: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "option"), [(command, names[-1]) for command, options in absent.OPTIONS.items() for names in options]
)
def test_an_option_that_cannot_be_honoured_says_so(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [option.rstrip("*"), "all"] if option.endswith("*") else [option]
    assert run(["-p", "p", command, *words]) == 2
    assert " cannot be honoured: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "option"), [(command, names[-1]) for command, options in absent.GRANTED.items() for names in options]
)
def test_an_option_that_asks_for_what_happens_anyway_is_taken(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-p", "p", command, option.partition("/")[0], "--help"]) == 0
    assert option.partition("/")[0] not in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--provenance", "--sbom"])
def test_a_value_that_asks_for_nothing_is_taken(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-f", "nothing.yaml", "build", f"{option}=false"]) != 2
    assert option not in capsys.readouterr().err
