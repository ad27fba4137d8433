from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cli.config_names import Names, names_of_model, names_of_project
from hybridcompose.load import Stages, load, load_model

if TYPE_CHECKING:
    from pathlib import Path

COMPOSE = """
services:
  web: {image: nginx, depends_on: [cache, app], networks: [front]}
  app: {build: ., depends_on: [db], profiles: [p], pre_start: [{command: [m], image: tool}, {command: [n]}]}
  db: {image: postgres, volumes: ["data:/d"], profiles: [p, q]}
  cache: {image: redis, models: [m]}
jobs: {nightly: {build: ., triggers: {manual: true}}}
networks: {front: , default: }
volumes: {logs: , data: }
models: {m: {model: ai/small}}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "compose.yaml"
    path.write_text(COMPOSE, encoding="utf-8")
    return str(path)


def _of_project(file: str, *profiles: str) -> Names:
    return names_of_project(load([file], environment={}, profiles=profiles, project_name="demo"))


def test_services_follow_what_they_depend_on_and_then_the_alphabet(file: str) -> None:
    assert list(_of_project(file, "p").services) == ["db", "app", "cache", "web"]


def test_resources_are_listed_by_name_and_models_by_what_they_run(file: str) -> None:
    names = _of_project(file, "p")
    assert (list(names.networks), list(names.volumes), list(names.models)) == (
        ["default", "front"],
        ["data", "logs"],
        ["ai/small"],
    )


def test_images_are_those_of_services_their_hooks_and_jobs(file: str) -> None:
    assert list(_of_project(file, "p").images) == ["demo-app", "tool", "redis", "postgres", "nginx", "demo-nightly"]


def test_profiles_of_all_services_are_listed(file: str) -> None:
    assert list(_of_project(file, "p").profiles) == ["p", "q"]


def test_names_without_interpolation_are_those_of_all_services(file: str) -> None:
    model = load_model([file], environment={}, project_name="demo", stages=Stages(interpolate=False))
    names, whole = names_of_model(model, ["*"], unused=True), _of_project(file, "*")
    assert names._replace(images=[]) == whole._replace(images=[])
    assert set(names.images) == set(whole.images)


def test_names_of_resources_without_interpolation_are_those_that_active_services_use(file: str) -> None:
    model = load_model([file], environment={}, project_name="demo", stages=Stages(interpolate=False))
    names = names_of_model(model, ["q"])
    assert (list(names.networks), list(names.volumes)) == (["default", "front"], ["data"])
    assert list(names.images) == ["redis", "postgres", "nginx", "demo-nightly"]
    assert list(names_of_model(model, []).volumes) == []


def test_services_that_wait_for_one_another_are_listed_once(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text("services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}", encoding="utf-8")
    project = load([str(path)], environment={}, stages=Stages(check_consistency=False))
    assert sorted(names_of_project(project).services) == ["a", "b"]
