"""Arguments and variables that reach the program as Docker Compose gives them, dollar signs too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path


def test_a_number_among_the_arguments_stays_text(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, command: [--port, "8080"]}
    """
    assert render(tmp_path, compose).container()["args"] == ["--port", "8080"]


def test_the_shell_sees_its_own_dollar_signs(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, command: "sh -c 'echo $$HOME $$(date)'"}
    """
    # The kubelet turns $$ into $ and leaves $HOME alone.
    assert render(tmp_path, compose).container()["args"] == ["sh", "-c", "echo $HOME $$(date)"]


def test_the_kubelet_expands_no_variable_in_a_value(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, environment: {A: "$$(B)", B: set}}
    """
    assert render(tmp_path, compose).variables() == {"A": "$$(B)", "B": "set"}


def test_a_variable_that_is_passed_through_and_not_set_is_left_out(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, environment: [FOO, BAR=1]}
    """
    assert render(tmp_path, compose).variables() == {"BAR": "1"}
    assert render(tmp_path, compose, variables={"FOO": "x"}).variables() == {"BAR": "1", "FOO": "x"}


def test_environment_wins_over_env_file(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, env_file: app.env, environment: {LEVEL: own}}
    """
    files = {"app.env": b"LEVEL=file\nOTHER=file\n"}
    assert render(tmp_path, compose, files=files).variables() == {"LEVEL": "own", "OTHER": "file"}


def test_an_env_file_that_is_not_required_may_be_missing(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            env_file: [{path: missing.env, required: false}]
            environment: {A: b}
    """
    assert render(tmp_path, compose).variables() == {"A": "b"}


def test_a_value_that_looks_like_a_path_keeps_its_capitals(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, environment: {FILE: /run/secrets/DB_Pass}}
    """
    assert render(tmp_path, compose).variables() == {"FILE": "/run/secrets/DB_Pass"}
