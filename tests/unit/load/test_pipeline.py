"""Loading as a whole: which files, which variables, which name; and where mistakes are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import Code, LoadError
from hybridcompose.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.load.conftest import Loader, Refuser

MINIMAL = "services: {web: {image: nginx}}\n"


def test_a_default_file_and_its_override_are_found_from_a_directory_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx, user: one}}")
    (tmp_path / "compose.override.yaml").write_text("services: {web: {user: two}}")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")

    project = load(environment={})

    assert project.services["web"].user == "two"
    assert project.working_dir == str(tmp_path)


def test_compose_file_in_the_environment_names_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(MINIMAL)
    (tmp_path / "b.yaml").write_text("services: {db: {image: postgres}}")
    monkeypatch.chdir(tmp_path)

    project = load(environment={"COMPOSE_FILE": "a.yaml,b.yaml", "COMPOSE_PATH_SEPARATOR": ","})

    assert set(project.services) == {"web", "db"}


def test_no_file_at_all_is_one_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LoadError) as caught:
        load(environment={}, project_directory=str(tmp_path / "nowhere"))
    assert [finding.code for finding in caught.value.diagnostics] == [Code.NO_COMPOSE_FILE]
    assert "-f" in (caught.value.diagnostics[0].remedy or "")


def test_standard_input_is_read_for_a_dash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = load(["-"], environment={}, stdin=lambda: b"services: {web: {image: nginx}}")
    assert project.services["web"].image == "nginx"
    assert project.name == tmp_path.name.lower().replace("_", "_")


@pytest.mark.parametrize(
    ("given", "variable", "written", "expected"),
    [
        ("given", "variable", "written", "given"),
        (None, "variable", "written", "variable"),
        (None, None, "Written Name", "writtenname"),
        (None, None, None, "my-dir"),
    ],
)
def test_the_project_name_goes_by_precedence(
    tmp_path: Path, given: str | None, variable: str | None, written: str | None, expected: str
) -> None:
    directory = tmp_path / "My-Dir!"
    directory.mkdir()
    text = f"name: {written}\n{MINIMAL}" if written else MINIMAL
    (directory / "compose.yaml").write_text(text)
    environment = {"COMPOSE_PROJECT_NAME": variable} if variable else {}

    project = load([str(directory / "compose.yaml")], environment=environment, project_name=given)

    assert project.name == expected


def test_an_invalid_project_name_is_refused(refuse_text: Refuser) -> None:
    (finding,) = refuse_text(MINIMAL, project_name="BAD name")
    assert finding.code == Code.INVALID_PROJECT_NAME


def test_dot_env_gives_way_to_the_environment(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {image: '$A-$B'}}",
        {".env": "A=file\nB=file\n"},
        environment={"A": "shell"},
    )
    assert project.services["web"].image == "shell-file"


def test_the_project_name_can_be_interpolated(load_text: Loader) -> None:
    project = load_text("services: {web: {image: '$COMPOSE_PROJECT_NAME'}}")
    assert project.services["web"].image == "demo"


def test_an_unset_variable_is_warned_about_at_its_place(load_text: Loader) -> None:
    project = load_text(
        """
        services:
          web:
            image: nginx:${TAG}
        """
    )
    (warning,) = project.diagnostics
    assert warning.code == Code.UNSET_VARIABLE
    assert (warning.location.line, warning.location.column, warning.location.length) == (3, 18, 6)


def test_a_misspelt_key_is_shown_where_it_stands_with_what_was_meant(refuse_text: Refuser) -> None:
    (finding,) = refuse_text(
        """
        services:
          web:
            image: nginx
            enviroment:
              A: b
        """
    )
    assert finding.code == Code.UNKNOWN_KEY
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (4, 5)
    assert finding.remedy == "did you mean environment?"


def test_several_mistakes_are_reported_together(refuse_text: Refuser) -> None:
    findings = refuse_text(
        """
        services:
          web:
            image: 5
            cap_add: NET_ADMIN
          db:
            images: x
        """
    )
    places = sorted((finding.location.line, finding.code) for finding in findings if finding.location)
    assert places == [(3, Code.INVALID_VALUE), (4, Code.INVALID_VALUE), (6, Code.UNKNOWN_KEY)]


def test_a_mistake_in_an_included_file_is_shown_there(refuse_text: Refuser) -> None:
    (finding,) = refuse_text(
        "include: [sub/compose.yaml]",
        {"sub/compose.yaml": "services:\n  web:\n    image: nginx\n    prots: ['80']\n"},
    )
    assert finding.location is not None
    assert finding.location.file.endswith("sub/compose.yaml")
    assert (finding.location.line, finding.location.column) == (4, 5)


def test_a_mistake_in_an_override_is_shown_in_the_override(refuse_text: Refuser) -> None:
    (finding,) = refuse_text(
        "services: {web: {image: nginx, privileged: true}}",
        {"over.yaml": "services:\n  web:\n    privileged: [1]\n"},
        paths=["compose.yaml", "over.yaml"],
    )
    assert finding.location is not None
    assert finding.location.file.endswith("over.yaml")
    assert finding.location.line == 3


def test_every_place_of_a_loaded_project_can_be_found(load_text: Loader) -> None:
    project = load_text(
        """
        services:
          web:
            image: nginx
            ports:
              - "80:80"
              - 90:90
        """
    )
    location = project.locate(("services", "web", "ports", 1, "target"))
    assert (location.line, location.column) == (6, 9)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.EMPTY_PROJECT),
        (b"# nothing\n", Code.EMPTY_PROJECT),
        (b"{}", Code.EMPTY_PROJECT),
        (b"- a\n- b\n", Code.NOT_A_MAPPING),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Code.INVALID_YAML),
        (b"services:\n\tweb: {}\n", Code.INVALID_YAML),
        (b"services: {web: {image: a}}\nservices: {}\n", Code.DUPLICATE_KEY),
        (b"services: []\n", Code.NOT_A_MAPPING),
    ],
)
def test_a_file_that_is_no_project_is_one_clear_error(tmp_path: Path, content: bytes, code: Code) -> None:
    path = tmp_path / "compose.yaml"
    path.write_bytes(content)
    with pytest.raises(LoadError) as caught:
        load([str(path)], environment={})
    assert [finding.code for finding in caught.value.diagnostics] == [code]


def test_profiles_select_services_and_keep_the_others_apart(load_text: Loader) -> None:
    text = "services: {web: {image: a}, debug: {image: b, profiles: [dev]}}"
    assert set(load_text(text).services) == {"web"}
    assert set(load_text(text).disabled_services) == {"debug"}
    assert set(load_text(text, profiles=["dev"]).services) == {"web", "debug"}
    assert set(load_text(text, profiles=["*"]).services) == {"web", "debug"}
    assert set(load_text(text, environment={"COMPOSE_PROFILES": "dev"}).services) == {"web", "debug"}


def test_loading_twice_gives_the_same_project(load_text: Loader) -> None:
    text = "services: {web: {image: a, environment: {B: '1', A: '2'}, ports: ['80:80']}}"
    assert load_text(text).to_dict() == load_text(text).to_dict()
