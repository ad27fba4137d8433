from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from hybridcompose.load.selection import with_services

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.spec import Project

FILE = """\
services:
  db: {image: db}
  migrate: {image: migrate, depends_on: [db]}
  web: {image: web, depends_on: {migrate: {condition: service_completed_successfully}}}
  shell: {image: shell, network_mode: "service:db"}
  other: {image: other}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "compose.yaml").write_text(FILE, encoding="utf-8")
    return hc.load(tmp_path / "compose.yaml", environment={})


def test_a_service_comes_with_all_that_it_depends_on(project: Project) -> None:
    selected = with_services(project, ["web"])
    assert list(selected.services) == ["db", "migrate", "web"]
    assert sorted(selected.disabled_services) == ["other", "shell"]
    assert selected.name == project.name


def test_a_dependency_that_is_not_written_as_one_counts(project: Project) -> None:
    assert list(with_services(project, ["shell"]).services) == ["db", "shell"]


def test_no_name_is_the_whole_project(project: Project) -> None:
    assert with_services(project, []) is project


def test_the_project_itself_stays_whole(project: Project) -> None:
    with_services(project, ["db"])
    assert len(project.services) == 5
    assert project.disabled_services == {}


def test_an_unknown_name_is_an_error(project: Project) -> None:
    with pytest.raises(KeyError, match="nope"):
        with_services(project, ["db", "nope"])


def test_findings_still_have_their_places(project: Project) -> None:
    assert str(with_services(project, ["web"]).locate(("services", "web", "image"))).endswith("compose.yaml:4:16")
