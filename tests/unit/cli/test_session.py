from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from hybridcompose.cli.session import Session

if TYPE_CHECKING:
    from pathlib import Path

FILE = """\
services:
  db: {image: db}
  web: {image: web, depends_on: [db]}
  tests: {image: tests, profiles: [test], depends_on: [web, tools]}
  tools: {image: tools, profiles: [test]}
  debug: {image: debug, profiles: [debug]}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("COMPOSE_PROFILES", raising=False)
    (tmp_path / "compose.yaml").write_text(FILE, encoding="utf-8")
    return str(tmp_path / "compose.yaml")


def services(session: Session, *names: str) -> list[str]:
    return sorted(session.load_services(names).services)


def test_without_names_the_profiles_decide(file: str) -> None:
    assert services(Session(files=(file,))) == ["db", "web"]


def test_naming_a_service_activates_its_profiles(file: str) -> None:
    assert services(Session(files=(file,)), "tests") == ["db", "tests", "tools", "web"]


def test_profiles_that_are_active_stay_so(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert services(Session(files=(file,), profiles=("debug",)), "tests", "debug")[1] == "debug"
    monkeypatch.setenv("COMPOSE_PROFILES", "debug")
    assert services(Session(files=(file,)), "tools", "debug") == ["debug", "tools"]


def test_an_unknown_service_is_a_usage_error(file: str) -> None:
    with pytest.raises(click.BadParameter, match="there is no service 'nope'"):
        services(Session(files=(file,)), "nope")
