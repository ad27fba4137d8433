"""The names that ``config`` lists, against Docker Compose itself, which needs no engine for that."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.cli.run import run
from tests.cluster.rig import programs as rig_programs
from tests.cluster.rig.settings import RigError
from tests.contract.reference import missing
from tests.fixtures import NAMES, Fixture
from tests.parity.engine.programs import COMPOSE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Everything is used by somebody, by somebody whose profile is not active, by a job, or by nobody.
EVERY_KIND = """\
name: every
services:
  web: {image: nginx, depends_on: [db], networks: [front], volumes: ["data:/d", "./site:/s", "/anonymous"]}
  db: {image: "pg:${TAG:-17}", networks: [front, back], configs: [c], secrets: [s], models: [m]}
  off: {image: off, profiles: [x, y], networks: [hidden], volumes: ["hidden:/o"], models: [hidden]}
  built: {build: {context: ., secrets: [b]}, pre_start: [{image: tool, command: ["true"]}]}
  none: {image: n, network_mode: none}
jobs:
  nightly: {image: j, volumes: ["of-job:/j"], triggers: {manual: true}}
networks: {front: , back: , hidden: , unused: }
volumes: {data: , hidden: , of-job: , unused: {name: "${TAG:-x}"}}
configs: {c: {content: x}, unused: {content: y}}
secrets: {s: {environment: HOME}, b: {environment: HOME}, unused: {environment: HOME}}
models: {m: {model: ai/small}, hidden: {model: ai/hidden}, unused: {model: ai/unused}}
"""
LISTINGS = ("--services", "--networks", "--volumes", "--models", "--images", "--profiles")
#: What stands before the command, and behind it.
WAYS = (
    ((), ()),
    (("--profile", "x"), ()),
    (("--profile", "*"), ()),
    (("--all-resources",), ()),
    ((), ("--no-interpolate",)),
    (("--profile", "y"), ("--no-interpolate",)),
)


@pytest.fixture(scope="module")
def docker() -> Path:
    """Docker Compose, built where it is not yet."""
    try:
        return rig_programs.build((COMPOSE,))["compose"] / "docker-compose"
    except RigError as error:
        missing(str(error))


def _docker(program: Path, home: Path, *arguments: str) -> str:
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), "DOCKER_CONFIG": str(home)}
    command = [str(program), *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture
def both(
    docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[str, str]]:
    """What the two print for the same arguments."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("COMPOSE_PROFILES", raising=False)

    def printed(*arguments: str) -> tuple[str, str]:
        assert run(["-q", *arguments]) == 0, capfd.readouterr().err
        return capfd.readouterr().out, _docker(docker, tmp_path, *arguments)

    return printed


@pytest.mark.parametrize("way", WAYS, ids=lambda way: " ".join((*way[0], "config", *way[1])))
def test_names_are_those_that_docker_compose_lists(
    both: Callable[..., tuple[str, str]], tmp_path: Path, way: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(EVERY_KIND, encoding="utf-8")
    before, behind = way
    for listing in LISTINGS:
        ours, theirs = both("-f", str(file), *before, "config", *behind, listing)
        assert sorted(ours.splitlines()) == sorted(theirs.splitlines()), listing


@pytest.mark.parametrize("name", NAMES)
def test_a_project_is_printed_with_what_its_services_use(
    both: Callable[..., tuple[str, str]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture = Fixture.named(name)
    for variable in fixture.environment:
        monkeypatch.delenv(variable, raising=False)
    files = [word for path in fixture.paths for word in ("-f", path)]
    ours, theirs = map(_names, both(*files, "config", "--format", "json", "--no-env-resolution"))
    assert ours == theirs


def _names(printed: str) -> dict[str, list[str]]:
    """The names in each section that has some."""
    project: dict[str, Any] = json.loads(printed)
    return {key: sorted(value) for key, value in project.items() if isinstance(value, dict) and value}
