"""The published schemas against what the program itself takes and refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

import hybridcompose as hc
from hybridcompose.spec.configuration import Configuration
from hybridcompose.spec.extension import ServiceSettings, VolumeSettings
from tools.reference import REFERENCE
from tools.schemas import configuration_schema, extension_schema

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = [
    {"kind": "job"},
    {"probe": "none"},
    {"probe": {"http": {"port": 80, "path": "/x", "scheme": "HTTPS"}}},
    {"probe": {"tcp": {"port": 1}}},
    {"tolerations": ["a", "a=b", "a=b:NoExecute"]},
    {"node_selector": {"example.com/pool": "ci"}},
    {"pod": {"priorityClassName": "high"}, "container": {}, "manifest": {}},
    {"accept": ["approximated"]},
    {"service_account": "robot", "pull_secrets": ["a"], "artefacts": ["/out"], "expose": "nodeport"},
]
WRONG_SERVICE = [
    {"knd": "job"},
    {"kind": "daemon"},
    {"probe": "some"},
    {"probe": {"http": {}}},
    {"probe": {"tcp": {"port": 0}}},
    {"tolerations": ["a:b"]},
    {"tolerations": "a"},
    {"service_account": "Robot"},
    {"pod": []},
]
VOLUME = [{"size": "10Gi", "storage_class": "fast", "access_mode": "ReadWriteMany"}, {"copy_from": "seed"}]
WRONG_VOLUME = [{"size": "10GB"}, {"access_mode": "rw"}, {"class": "fast"}]
CONFIGURATION = [
    {"registry": {"push": "r", "insecure": True}, "storage": {"class": "fast", "size": "1Gi"}},
    {"pods": {"labels": {"a": "b"}, "security": "baseline"}, "options": {"build_timeout": 1}},
]
WRONG_CONFIGURATION = [{"registry": {"psh": "r"}}, {"storage": {"storage_class": "x"}}, {"pods": {"security": "x"}}]


def takes(schema: dict[str, Any], instance: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(instance))


def reads(model: type[Any], value: Any) -> bool:
    try:
        model.model_validate(value)
    except ValidationError:
        return False
    return True


def test_the_schemas_are_schemas() -> None:
    for schema in (extension_schema(), configuration_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("model", "place", "values", "right"),
    [
        (ServiceSettings, "services", SERVICE, True),
        (ServiceSettings, "services", WRONG_SERVICE, False),
        (VolumeSettings, "volumes", VOLUME, True),
        (VolumeSettings, "volumes", WRONG_VOLUME, False),
    ],
)
def test_schema_and_program_agree_on_what_projects_say(
    model: type[Any], place: str, values: list[Any], right: bool
) -> None:
    schema = extension_schema()
    for value in values:
        assert takes(schema, {place: {"web": {"x-hybridcompose": value}}}) is right, value
        assert reads(model, value) is right, value


@pytest.mark.parametrize(("values", "right"), [(CONFIGURATION, True), (WRONG_CONFIGURATION, False)])
def test_schema_and_program_agree_on_the_configuration_file(values: list[Any], right: bool) -> None:
    for value in values:
        assert takes(configuration_schema(), value) is right, value
        assert reads(Configuration, value) is right, value


def test_a_compose_file_without_settings_is_left_alone() -> None:
    assert takes(extension_schema(), {"services": {"web": {"image": "app"}}, "volumes": {"data": None}, "x-other": 1})


def example(page: str) -> str:
    found = re.search(r"```yaml\n(.*?)```", (REFERENCE / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_documented_compose_file_is_valid_and_translates(tmp_path: Path) -> None:
    text = example("x-hybridcompose.md")
    assert takes(extension_schema(), yaml.safe_load(text))
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    plan = hc.translate(hc.load(tmp_path / "compose.yaml", environment={}))
    assert {"Job", "PersistentVolumeClaim"} <= {resource.key.kind for resource in plan.resources}


def test_the_documented_configuration_is_valid_and_read(tmp_path: Path) -> None:
    text = example("configuration.md")
    assert takes(configuration_schema(), yaml.safe_load(text))
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    assert hc.configuration(tmp_path / "config.yaml", environment={}).options["build_timeout"] == 1800
