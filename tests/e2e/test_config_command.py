from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.e2e.program import COMPOSE, run
from tests.unit.gather.registries.server import registry

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
    assert run("--all-resources", "config", flag, directory=project).stdout == names


def test_what_no_service_uses_is_printed_where_that_is_asked_for(project: Path) -> None:
    assert run("config", "--volumes", directory=project).stdout == b""
    assert b"kept" not in run("config", directory=project).stdout
    assert b"demo_kept" in run("--all-resources", "config", directory=project).stdout


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


VARIABLES = """\
services:
  web:
    image: nginx:${TAG:-1.25}
    environment: ["A=${NEED:?must be set}", "B=${MAYBE:+yes}"]
    mem_limit: ${A_VARIABLE_WITH_A_NAME_THAT_IS_LONG}
"""


def test_variables_are_printed_as_the_table_of_docker_compose(project: Path) -> None:
    (project / "compose.yaml").write_text(VARIABLES, encoding="utf-8")
    assert run("config", "--variables", directory=project).stdout.decode().splitlines() == [
        "NAME                                  REQUIRED            DEFAULT VALUE       ALTERNATE VALUE",
        "A_VARIABLE_WITH_A_NAME_THAT_IS_LONG   false                                   ",
        "MAYBE                                 false                                   yes",
        "NEED                                  true                                    ",
        "TAG                                   false               1.25                ",
    ]


@pytest.mark.parametrize(
    ("format_", "keys"),
    [
        ("json", {"Name": "TAG", "DefaultValue": "1.25", "PresenceValue": "", "Required": False}),
        ("yaml", {"name": "TAG", "defaultvalue": "1.25", "presencevalue": "", "required": False}),
    ],
)
def test_variables_are_data_where_a_format_is_given(project: Path, format_: str, keys: dict[str, object]) -> None:
    (project / "compose.yaml").write_text(VARIABLES, encoding="utf-8")
    done = run("config", "--variables", "--format", format_, directory=project)
    assert yaml.safe_load(done.stdout)["TAG"] == keys


def test_the_environment_is_what_variables_are_looked_up_in(project: Path) -> None:
    (project / ".env").write_text("FROM_FILE=1\nTAG=file\n", encoding="utf-8")
    done = run("config", "--environment", directory=project, variables={"TAG": "shell"})
    lines = done.stdout.decode().splitlines()
    assert lines == sorted(lines)
    assert {"FROM_FILE=1", "TAG=shell", "COMPOSE_PROJECT_NAME=demo", f"PWD={project}"} <= set(lines)


def test_hashes_are_printed_by_service(project: Path) -> None:
    (project / "compose.yaml").write_text("services: {web: {image: nginx}, app: {image: x}}", encoding="utf-8")
    everything = run("config", "--hash", "*", directory=project).stdout.decode().splitlines()
    assert [line.partition(" ")[0] for line in everything] == ["app", "web"]
    assert everything[1] == "web daef7adc9ecc59d4881bd1ebc06f26a836d35656f8b5fb0adfdb95b2d856fbd3"
    assert run("config", "--hash", "web", directory=project).stdout.decode() == f"{everything[1]}\n"
    assert run("config", "--hash", "gone", directory=project).returncode == 2


def test_without_interpolation_the_files_are_printed_with_their_variables(project: Path) -> None:
    (project / "compose.yaml").write_text(VARIABLES, encoding="utf-8")
    done = run("-p", "demo", "config", "--no-interpolate", "--format", "json", directory=project)
    assert json.loads(done.stdout) == {
        "name": "demo",
        "networks": {"default": {"name": "demo_default"}},
        "services": {
            "web": {
                "image": "nginx:${TAG:-1.25}",
                "environment": ["A=${NEED:?must be set}", "B=${MAYBE:+yes}"],
                "mem_limit": "${A_VARIABLE_WITH_A_NAME_THAT_IS_LONG}",
                "networks": {"default": None},
            }
        },
    }
    assert run("config", "--no-interpolate", "--images", directory=project).stdout == b"nginx:${TAG:-1.25}\n"
    assert b"TAG" not in run("config", "--no-interpolate", "--environment", directory=project).stdout


@pytest.mark.parametrize(
    ("flag", "text", "present"),
    [
        ("--no-normalize", b"demo_kept", False),
        ("--no-path-resolution", b"./conf", True),
        ("--no-env-resolution", b"FROM_FILE", False),
        ("--no-consistency", b"gone", True),
    ],
)
def test_a_stage_can_be_left_out(project: Path, flag: str, text: bytes, present: bool) -> None:
    volume = "gone" if flag == "--no-consistency" else "kept"
    service = f"{{image: x, env_file: own.env, volumes: ['./conf:/c', '{volume}:/v']}}"
    text_of_file = f"name: demo\nservices: {{web: {service}}}\nvolumes: {{kept: {{}}}}\n"
    (project / "compose.yaml").write_text(text_of_file, encoding="utf-8")
    (project / "own.env").write_text("FROM_FILE=1\n", encoding="utf-8")
    done = run("--all-resources", "config", flag, directory=project)
    assert done.returncode == 0, done.stderr
    assert (text in done.stdout) is present
    assert (text in run("--all-resources", "config", directory=project).stdout) is not present


@pytest.mark.parametrize(
    "flags",
    [("--services", "--volumes"), ("--images", "--hash", "*"), ("--no-interpolate", "--hash", "*")],
)
def test_options_that_contradict_one_another_are_refused(project: Path, flags: tuple[str, ...]) -> None:
    done = run("config", *flags, directory=project)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"contradict one another" in done.stderr


def test_services_that_are_named_are_printed_alone_with_what_they_need(project: Path) -> None:
    (project / "compose.yaml").write_text(
        "services: {web: {image: x, depends_on: [db]}, db: {image: y, volumes: ['kept:/k']}, debug: {image: z,"
        " profiles: [debug], networks: [n]}, tool: {image: t, profiles: [tools]}}\n"
        "volumes: {kept: , other: }\nnetworks: {n: }\n",
        encoding="utf-8",
    )

    def printed(*arguments: str) -> tuple[set[str], ...]:
        read = yaml.safe_load(run("config", *arguments, directory=project).stdout)
        return tuple(set(read.get(section, ())) for section in ("services", "volumes", "networks"))

    assert printed("web") == ({"web", "db"}, {"kept"}, {"default"})
    assert printed("debug") == ({"debug"}, set(), {"n"})
    assert run("config", "--images", "web", directory=project).stdout == b"y\nx\n"
    debug = run("config", "--images", "debug", "tool", directory=project, variables={"COMPOSE_PROFILES": "tools"})
    assert debug.stdout == b"z\nt\n"


@pytest.mark.parametrize("arguments", [("gone",), ("--volumes", "web"), ("--no-interpolate", "web")])
def test_services_that_cannot_be_selected_are_refused(project: Path, arguments: tuple[str, ...]) -> None:
    done = run("config", *arguments, directory=project)
    assert (done.returncode, done.stdout) == (2, b"")


def test_tags_are_pinned_or_nothing_is_printed(tmp_path: Path) -> None:
    with registry() as shelf:
        digest = shelf.add("web", "1", {})
        (tmp_path / "compose.yaml").write_text(f"name: demo\nservices: {{web: {{image: '{shelf.host}/web:1'}}}}\n")
        pinned = f"{shelf.host}/web:1@{digest}"
        done = run("config", "--resolve-image-digests", directory=tmp_path)
        assert yaml.safe_load(done.stdout)["services"]["web"]["image"] == pinned, done.stderr
        done = run("config", "--lock-image-digests", directory=tmp_path)
        assert yaml.safe_load(done.stdout) == {"services": {"web": {"image": pinned}}}
        done = run("config", "--resolve-image-digests", "--images", directory=tmp_path)
        assert done.stdout.decode() == f"{pinned}\n"
        shelf.content.clear()
        done = run("config", "--resolve-image-digests", directory=tmp_path)
    assert done.returncode != 0
    assert done.stdout == b""
    assert b"compose.yaml:2:" in done.stderr
    assert b"has no such image" in done.stderr
