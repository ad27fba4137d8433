"""Configs and secrets: every one mounted where the program looks for it, with the bytes that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path

INLINE = ("--secrets", "inline")


def test_two_secrets_are_two_files(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, secrets: [one, two]}
        secrets: {one: {file: one}, two: {file: two}}
    """
    rendered = render(tmp_path, compose, *INLINE, files={"one": b"1", "two": b"2"})
    assert set(rendered.mounts()) == {"/run/secrets/one", "/run/secrets/two"}
    assert (rendered.file_at("/run/secrets/one"), rendered.file_at("/run/secrets/two")) == (b"1", b"2")


def test_a_secret_from_a_variable_has_its_object(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, secrets: [token]}
        secrets: {token: {environment: TOKEN}}
    """
    rendered = render(tmp_path, compose, *INLINE, variables={"TOKEN": "hush"})
    assert rendered.file_at("/run/secrets/token") == b"hush"
    assert "hush" not in rendered.told


def test_a_line_that_looks_like_a_manifest_ends_no_config(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, configs: [{source: settings, target: /settings}]}
        configs: {settings: {file: settings.yml}}
    """
    text = b"kind: x\nstatus:\n  on: true\n---\nstatus: {}\nend: true\n"
    assert render(tmp_path, compose, files={"settings.yml": text}).file_at("/settings") == text


def test_the_bytes_of_a_picture_are_its_own(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: ["./logo.png:/logo.png:ro"]}
    """
    picture = b"\x89PNG\r\n\x1a\n\x00\xff\xfe" + bytes(range(256))
    assert render(tmp_path, compose, files={"logo.png": picture}).file_at("/logo.png") == picture


def test_an_inline_config_whose_name_is_no_kubernetes_name_is_mounted_from_its_object(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, configs: [{source: my_config, target: /settings}]}
        configs: {my_config: {content: "a: 1"}}
    """
    rendered = render(tmp_path, compose)
    assert rendered.file_at("/settings") == b"a: 1"
    (name,) = rendered.kind("ConfigMap")
    assert "_" not in name


@pytest.mark.parametrize("key", ["restart: on-failure", 'restart: "on-failure:3"', "deploy: {mode: global}"])
def test_a_config_is_mounted_whatever_runs_the_service(tmp_path: Path, key: str) -> None:
    compose = f"""\
        services:
          web:
            image: app
            configs: [{{source: settings, target: /settings}}]
            {key}
        configs: {{settings: {{content: text}}}}
    """
    assert render(tmp_path, compose).file_at("/settings") == b"text"
