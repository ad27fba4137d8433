from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.e2e.program import COMPOSE, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    return tmp_path


def test_the_project_is_printed_in_canonical_form(project: Path) -> None:
    done = run("config", directory=project)
    assert done.returncode == 0, done.stderr
    read = yaml.safe_load(done.stdout)
    assert read["name"] == "demo"
    assert read["services"]["web"]["environment"]["SWITCH"] == "on"
    assert read["services"]["web"]["depends_on"] == {"db": {"condition": "service_started", "required": True}}


def test_what_is_printed_is_the_same_project_again(project: Path) -> None:
    first = run("config", directory=project).stdout
    assert b"5$$" in first
    assert run("-f", "-", "config", directory=project, stdin=first).stdout == first


def test_json_says_the_same_as_yaml_and_names_the_commands_that_are_the_images_own(project: Path) -> None:
    printed = json.loads(run("config", "--format", "json", directory=project).stdout)
    assert [service.pop("entrypoint") for service in printed["services"].values()] == [None, None]
    assert all(service["command"] is None or service["command"] for service in printed["services"].values())
    for service in printed["services"].values():
        if service["command"] is None:
            del service["command"]
    assert printed == yaml.safe_load(run("config", directory=project).stdout)


@pytest.mark.parametrize(
    ("flag", "names"), [("--services", b"db\nweb\n"), ("--volumes", b"kept\n"), ("--images", b"postgres\nnginx\n")]
)
def test_names_are_listed_one_a_line(project: Path, flag: str, names: bytes) -> None:
    assert run("config", flag, directory=project).stdout == names


def test_profiles_of_services_that_are_not_selected_are_listed(project: Path) -> None:
    (project / "compose.yaml").write_text("services: {a: {image: x}, b: {image: x, profiles: [test, dev]}}\n")
    assert run("config", "--profiles", directory=project).stdout == b"dev\ntest\n"
    assert run("config", "--services", directory=project).stdout == b"a\n"
    assert run("--profile", "dev", "config", "--services", directory=project).stdout == b"a\nb\n"


def test_a_built_image_has_the_name_that_compose_gives_it(project: Path) -> None:
    (project / "compose.yaml").write_text("name: demo\nservices: {web: {build: .}}\n")
    assert run("config", "--images", directory=project).stdout == b"demo-web\n"


def test_quiet_only_checks(project: Path) -> None:
    done = run("config", "-q", directory=project)
    assert (done.returncode, done.stdout) == (0, b"")


def test_the_result_is_saved_to_a_file(project: Path) -> None:
    done = run("config", "-o", "saved.yaml", directory=project)
    assert (done.returncode, done.stdout) == (0, b"")
    assert (project / "saved.yaml").read_bytes() == run("config", directory=project).stdout
    assert run("config", "-o", "no/such/directory", directory=project).returncode == 18


def test_the_name_can_be_chosen(project: Path) -> None:
    assert b"name: other\n" in run("-p", "other", "config", directory=project).stdout


def test_several_files_are_merged_in_order(project: Path) -> None:
    (project / "more.yaml").write_text("services: {web: {image: caddy}}\n")
    done = run("-f", "compose.yaml", "-f", "more.yaml", "config", "--images", directory=project)
    assert done.stdout == b"postgres\ncaddy\n"


def test_variables_come_from_the_named_files(project: Path) -> None:
    (project / "compose.yaml").write_text("services: {web: {image: '$IMAGE'}}\n")
    (project / "ci.env").write_text("IMAGE=caddy\n")
    assert run("--env-file", "ci.env", "config", "--images", directory=project).stdout == b"caddy\n"
