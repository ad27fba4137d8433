from __future__ import annotations

from typing import Any

import click
import pytest

from hybridcompose.cli.build_flags import build_options, parallel
from hybridcompose.cli.session import Session


@click.command()
@build_options
def command(flags: dict[str, Any]) -> dict[str, Any]:
    return flags


def given(*arguments: str) -> dict[str, Any]:
    flags: dict[str, Any] = command.main(list(arguments), standalone_mode=False)
    return flags


def test_build_arguments_may_hold_equal_signs_and_may_come_from_the_environment() -> None:
    assert given("--build-arg", "A=1=2", "--build-arg", "B=", "--build-arg", "C")["build_arg"] == {
        "A": "1=2",
        "B": "",
        "C": None,
    }


def test_a_build_argument_without_a_name_is_refused() -> None:
    with pytest.raises(click.BadParameter, match="NAME=VALUE"):
        given("--build-arg", "=1")


def test_the_limit_comes_from_docker_composes_variable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parallel(given()["parallel"]) == 0
    assert parallel(given("--parallel", "-1")["parallel"]) == 0
    monkeypatch.setenv("COMPOSE_PARALLEL_LIMIT", "3")
    assert parallel(given()["parallel"]) == 3
    assert parallel(given("--parallel", "2")["parallel"]) == 2


def test_the_limit_before_the_command_beats_the_variable_and_the_commands_own_beats_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def limit(*arguments: str, before: int | None) -> int:
        flags = command.main(list(arguments), standalone_mode=False, obj=Session(parallel=before))
        return parallel(flags["parallel"])

    monkeypatch.setenv("COMPOSE_PARALLEL_LIMIT", "3")
    assert limit(before=5) == 5
    assert limit(before=-1) == 0
    assert limit(before=None) == 3
    assert limit("--parallel", "2", before=5) == 2
