from __future__ import annotations

from typing import Any

import click
import pytest

from hybridcompose.cli.build_flags import build_options, parallel


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
