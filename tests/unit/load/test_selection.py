from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.load.selection import profiles_of, rebuilt, scaled, selected, with_services
from hybridcompose.spec import Project

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader

COMPOSE = """
    services:
      web:
        image: nginx
        depends_on: {app: {condition: service_started}, debug: {condition: service_started, required: false}}
        networks: [front, back]
      app: {image: app, depends_on: [db], secrets: [s], networks: [back]}
      db: {image: postgres, volumes: ["data:/d"], configs: [c], networks: [back]}
      other: {image: x, networks: [front], volumes: ["logs:/l"]}
      debug: {image: x, profiles: [debug]}
    networks: {front: , back: , unused: }
    volumes: {data: , logs: }
    configs: {c: {content: x}}
    secrets: {s: {environment: S}}
"""


@pytest.fixture
def project(load_text: Loader) -> Project:
    return load_text(COMPOSE)


@pytest.mark.parametrize(
    ("name", "services"),
    [("web", {"web", "app", "db"}), ("app", {"app", "db"}), ("db", {"db"}), ("other", {"other"})],
)
def test_a_service_is_selected_with_what_it_depends_on(project: Project, name: str, services: set[str]) -> None:
    narrow = selected(project, [name])
    assert set(narrow.services) == services
    assert set(narrow.services) | set(narrow.disabled_services) == {"web", "app", "db", "other", "debug"}


def test_resources_that_nothing_selected_uses_are_left_out(project: Project) -> None:
    narrow = selected(project, ["app"])
    assert {*narrow.networks, *narrow.volumes, *narrow.configs, *narrow.secrets} == {"back", "data", "c", "s"}
    assert not selected(project, ["other"]).configs


def test_dependencies_on_services_that_are_not_there_are_left_out(project: Project) -> None:
    assert set(selected(project, ["web"]).services["web"].depends_on) == {"app"}
    assert set(project.services["web"].depends_on) == {"app", "debug"}


def test_profiles_are_told_of_services_that_they_keep_out(project: Project) -> None:
    assert profiles_of(project, ["web", "debug"]) == ("debug",)


def test_no_name_is_the_whole_project(project: Project) -> None:
    assert with_services(project, []) is project


def test_the_project_itself_stays_whole(project: Project) -> None:
    assert set(with_services(project, ["db"]).services) == {"db"}
    assert set(project.services) == {"web", "app", "db", "other"}


def test_a_dependency_that_is_not_written_as_one_counts(load_text: Loader) -> None:
    text = "services: {db: {image: d}, shell: {image: s, network_mode: 'service:db'}, other: {image: o}}\n"
    assert set(with_services(load_text(text), ["shell"]).services) == {"db", "shell"}


def test_an_unknown_name_is_an_error(project: Project) -> None:
    with pytest.raises(KeyError, match="nope"):
        with_services(project, ["db", "nope"])


def test_findings_still_have_their_places(project: Project) -> None:
    assert str(with_services(project, ["web"]).locate(("services", "web", "image"))).endswith("compose.yaml:3:12")


def test_a_service_that_is_selected_alone_waits_for_nobody(project: Project) -> None:
    narrow = selected(project, ["web"], dependencies=False)
    assert (set(narrow.services), narrow.services["web"].depends_on) == ({"web"}, {})


def test_a_number_of_containers_holds_for_its_service_alone(project: Project) -> None:
    many = scaled(project, {"web": 3, "app": 0})
    assert {name: service.replicas for name, service in many.services.items()} == {
        "web": 3,
        "app": 0,
        "db": 1,
        "other": 1,
    }
    with pytest.raises(KeyError, match="nobody"):
        scaled(project, {"nobody": 1})


def test_build_arguments_of_the_command_win_in_every_build_and_nowhere_else() -> None:
    services = {
        "web": {"build": {"context": ".", "args": {"A": "file", "B": "file"}}},
        "db": {"image": "postgres"},
    }
    project = Project.model_validate({"name": "p", "services": services})
    changed = rebuilt(project, {"A": "flag", "C": None}, no_cache=True)
    section = changed.services["web"].build
    assert section is not None
    assert section.args == {"A": "flag", "B": "file", "C": None}
    assert (section.no_cache, section.pull) == (True, False)
    assert changed.services["db"] == project.services["db"]
    assert rebuilt(project, {}) is project
