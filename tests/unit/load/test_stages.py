"""Stages that are left out. tests/oracle compares them with the reference on drawn and on real projects."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code, LoadError
from hybridcompose.load import EVERY_STAGE, Model, Stages, load_model

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.load.conftest import Loader

COMPOSE = """
    services:
      web:
        image: nginx:${TAG:-1}
        build: ./app
        env_file: own.env
        environment: {FROM_SHELL: , A: "1"}
        links: [db]
        volumes: ["./data:/data/", "kept:/kept"]
      db: {image: postgres, deploy: {}, scale: 2}
    volumes: {kept: }
"""
FILES = {"own.env": "A=0\nB=2\n"}
SHELL = {"FROM_SHELL": "shell", "SECRET": "hunter2"}


@pytest.fixture
def without(load_text: Loader) -> Any:
    """The canonical project without these stages."""

    def canonical(*stages: str, text: str = COMPOSE, files: dict[str, str] = FILES) -> Any:
        left_out = EVERY_STAGE._replace(**dict.fromkeys(stages, False))
        return load_text(text, files, environment=SHELL, stages=left_out).to_dict()

    return canonical


def _model(directory: Path, text: str, **stages: bool) -> Model:
    file = directory / "compose.yaml"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return load_model(
        [str(file)], environment=SHELL, project_name="demo", stages=Stages(**{"interpolate": False, **stages})
    )


def test_without_normal_form_nothing_implicit_is_added(without: Any) -> None:
    project = without("normalise")
    assert "networks" not in project
    assert project["volumes"] == {"kept": {}}
    web = project["services"]["web"]
    assert "depends_on" not in web
    assert "dockerfile" not in web["build"]
    assert [mount["target"] for mount in web["volumes"]] == ["/data", "/kept"]


def test_without_normal_form_a_name_in_a_file_stays_as_it_is_written(load_text: Loader) -> None:
    text = "name: My App\nservices: {web: {image: x}}"
    assert load_text(text, project_name=None).name == "myapp"
    assert load_text(text, project_name=None, stages=Stages(normalise=False)).name == "My App"


def test_without_resolution_paths_stay_relative_and_files_are_still_found(without: Any) -> None:
    web = without("resolve_paths")["services"]["web"]
    assert web["build"]["context"] == "./app"
    assert web["volumes"][0]["source"] == "./data"
    assert web["environment"]["B"] == "2"


def test_paths_of_an_included_file_become_relative_to_the_project(without: Any) -> None:
    inner = "services: {inner: {image: x, volumes: ['./d:/d'], build: .}}"
    files = {"sub/deep/compose.yaml": inner, "sub/compose.yaml": "include: [deep/compose.yaml]"}
    service = without("resolve_paths", text="include: [sub/compose.yaml]", files=files)["services"]["inner"]
    assert (service["volumes"][0]["source"], service["build"]["context"]) == ("sub/deep/d", "sub/deep")


def test_without_environment_resolution_env_files_are_kept_and_not_read(without: Any, tmp_path: Path) -> None:
    web = without("resolve_environment")["services"]["web"]
    assert web["env_file"] == [{"path": str(tmp_path / "own.env")}]
    assert web["environment"] == {"A": "1", "FROM_SHELL": "shell"}
    assert without("resolve_environment", files={})["services"]["web"] == web


def test_variables_without_a_value_stay_so_where_nothing_resolves_them(without: Any) -> None:
    web = without("normalise", "resolve_environment")["services"]["web"]
    assert web["environment"] == {"A": "1", "FROM_SHELL": None}


def test_without_consistency_references_may_lead_nowhere(without: Any, load_text: Loader) -> None:
    text = "services: {web: {image: x, depends_on: [gone]}}"
    with pytest.raises(LoadError):
        load_text(text)
    assert without("check_consistency", text=text)["services"]["web"]["depends_on"] == {
        "gone": {"condition": "service_started", "required": True}
    }


def test_a_model_has_its_variables_as_they_are_written(tmp_path: Path) -> None:
    text = """
        services:
          web:
            image: nginx:${TAG:?which}
            privileged: ${P}
            ports: ["${PORT:-80}:80", "81"]
            devices: ["${DEV:-/dev/a}:/dev/b", "/dev/c"]
            ulimits: {nproc: $N}
            volumes: ["${DATA:-./d}:/d:ro", "${SPEC}"]
            build: {ssh: [$KEY], additional_contexts: [$CONTEXT]}
    """
    web = _model(tmp_path, text, resolve_paths=False).tree["services"]["web"]
    assert web["image"] == "nginx:${TAG:?which}"
    assert web["privileged"] == "${P}"
    assert web["ports"] == ["${PORT:-80}:80", "81"]
    assert web["devices"][0] == {"source": "${DEV:-/dev/a}", "target": "/dev/b", "permissions": "rwm"}
    assert web["ulimits"] == {"nproc": "$N"}
    assert web["volumes"][0] == {
        "type": "volume", "source": "${DATA:-./d}", "target": "/d", "read_only": True, "volume": {},
    }  # fmt: skip
    assert web["build"]["ssh"] == ["$KEY"]
    assert web["build"]["additional_contexts"] == ["$CONTEXT"]


def test_a_model_holds_no_content_of_variables(tmp_path: Path) -> None:
    text = """
        services: {web: {image: x, environment: [SECRET]}}
        secrets: {s: {environment: SECRET}}
        configs: {c: {environment: SECRET}}
    """
    model = _model(tmp_path, text)
    assert "hunter2" not in str(model.tree)
    assert model.environment == {**SHELL, "COMPOSE_PROJECT_NAME": "demo"}


def test_what_is_wrong_without_variables_is_wrong_in_a_model_too(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        _model(tmp_path, "services: {web: {image: x, imagee: y}}")
    (finding,) = caught.value.diagnostics
    assert finding.code is Code.UNKNOWN_KEY
    assert finding.location is not None


def test_a_model_that_is_not_validated_lets_unknown_keys_pass(tmp_path: Path) -> None:
    tree = _model(tmp_path, "services: {web: {imagee: $A}}", validate=False).tree
    assert tree["services"]["web"]["imagee"] == "$A"
