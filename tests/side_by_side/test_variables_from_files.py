"""Variables that come from ``.env`` and ``env_file``, and values that YAML or a parser could change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path


def test_a_variable_that_is_passed_through_has_its_value_from_dot_env(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, environment: [TEST]}
    """
    assert render(tmp_path, compose, files={".env": b"TEST=value\n"}).variables() == {"TEST": "value"}


def test_values_in_dot_env_may_name_one_another(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, environment: {SIMPLE: $B, NESTED: "${C}"}}
    """
    dot_env = b'A=bar\nB=foo$A\nC="${MISSING:-${A}/share}/deep"\n'
    found = render(tmp_path, compose, files={".env": dot_env}).variables()
    assert found == {"SIMPLE": "foobar", "NESTED": "bar/share/deep"}


def test_a_command_is_interpolated_before_anything_runs(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, command: [curl, "$PROTOCOL://${DOMAIN:-localhost}/"]}
    """
    found = render(tmp_path, compose, variables={"PROTOCOL": "https"}).container()
    assert found["args"] == ["curl", "https://localhost/"]


def test_quotes_and_comments_of_an_env_file_are_no_part_of_its_values(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, env_file: app.env}
    """
    env_file = b"A=\"a=1&b=2\"\nB='x # y' # said\nC=plain # said\n\n# D=4\nexport E=5\nF=\n"
    found = render(tmp_path, compose, files={"app.env": env_file}).variables()
    assert found == {"A": "a=1&b=2", "B": "x # y", "C": "plain", "E": "5", "F": ""}


def test_a_raw_env_file_is_taken_as_it_is(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            env_file: [{path: app.env, format: raw}]
    """
    env_file = b'A="quoted"\nB=pa$$word$HOME\n'
    found = render(tmp_path, compose, files={"app.env": env_file}).variables()
    # The kubelet turns $$ into $: the program sees pa$$word$HOME.
    assert found == {"A": '"quoted"', "B": "pa$$$word$HOME"}


def test_a_later_env_file_wins_over_an_earlier_one(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, env_file: [one.env, two.env]}
    """
    files = {"one.env": b"A=1\nB=1\n", "two.env": b"B=2\n"}
    assert render(tmp_path, compose, files=files).variables() == {"A": "1", "B": "2"}


def test_a_key_of_several_lines_keeps_them(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            environment:
              KEY: |
                -----BEGIN KEY-----
                a: b # no comment

                -----END KEY-----
    """
    text = "-----BEGIN KEY-----\na: b # no comment\n\n-----END KEY-----\n"
    assert render(tmp_path, compose).variables() == {"KEY": text}


def test_words_that_other_parsers_take_for_something_else_stay_text(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            environment: {A: on, B: 22:22, C: true, D: 10, E: "08", F: "null", G: "1e3"}
    """
    found = render(tmp_path, compose).variables()
    assert found == {"A": "on", "B": "22:22", "C": "true", "D": "10", "E": "08", "F": "null", "G": "1e3"}
