from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader, Refuser


def test_text_that_a_string_command_loses_is_warned_about_where_it_begins(load_text: Loader) -> None:
    project = load_text("services:\n  web:\n    image: a\n    command: migrate && serve\n")
    (warning,) = project.diagnostics
    assert warning.code == Code.TRUNCATED_COMMAND
    assert (warning.location.line, warning.location.column) == (4, 22)
    assert project.services["web"].command == ("migrate",)


@pytest.mark.parametrize("command", ["serve 'a && b'", '[sh, -c, "a && b"]', "serve --if-modified=1"])
def test_a_command_that_loses_nothing_is_not_warned_about(load_text: Loader, command: str) -> None:
    assert load_text(f"services: {{web: {{image: a, command: {command}}}}}").diagnostics == ()


def test_an_external_name_in_the_old_form_is_warned_about(load_text: Loader) -> None:
    project = load_text("services: {web: {image: a}}\nvolumes: {v: {external: {name: kept}}}")
    assert [warning.code for warning in project.diagnostics] == [Code.DEPRECATED_FORM]
    assert project.volumes["v"].name == "kept"


@pytest.mark.parametrize(
    "text",
    ["include: ['oci://registry.example/app']", "services: {a: {extends: {file: 'git@host:x.git', service: b}}}"],
)
def test_a_compose_file_that_is_not_local_is_refused_with_a_remedy(refuse_text: Refuser, text: str) -> None:
    (finding,) = refuse_text(text)
    assert finding.code == Code.UNSUPPORTED_RESOURCE
    assert finding.location is not None


def test_a_tag_that_means_nothing_is_warned_about_at_its_place(load_text: Loader) -> None:
    project = load_text("services:\n  web:\n    image: a\n    command: !overide [a]\n    hostname: !mine b\n")
    assert [(warning.location.line, warning.location.column, warning.remedy) for warning in project.diagnostics] == [
        (4, 14, "did you mean !override?"),
        (5, 15, "remove it, or put quotes around the value"),
    ]
    assert project.services["web"].command == ("a",)


def test_a_misspelt_key_of_extends_is_warned_about(load_text: Loader) -> None:
    project = load_text("services:\n  web:\n    extends: {service: db, files: x}\n  db: {image: a}\n")
    (warning,) = project.diagnostics
    assert (warning.location.line, warning.location.column) == (3, 35)
    assert warning.remedy == "did you mean file?"
