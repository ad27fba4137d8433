"""Variables in values, and the casts after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader, Refuser


def test_variables_are_replaced_in_every_string_but_not_in_keys(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {image: 'a:${TAG:-1}', labels: {'$K': '${V-x}'}, command: [echo, '$$HOME']}}",
        environment={"K": "no"},
    )
    web = project.services["web"]
    assert (web.image, web.labels, web.command) == ("a:1", {"$K": "x"}, ("echo", "$HOME"))


def test_a_value_is_cast_to_the_type_of_its_key(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {image: a, privileged: '$P', cpus: '$C', scale: '$S', ports: [{target: '$T'}]}}",
        environment={"P": "true", "C": "0.5", "S": "2", "T": "80"},
    )
    web = project.services["web"]
    assert (web.privileged, web.cpus, web.scale, web.ports[0].target) == (True, 0.5, 2, 80)


def test_yes_for_a_boolean_is_warned_about(load_text: Loader) -> None:
    project = load_text("services: {web: {image: a, tty: yes}}")
    (warning,) = project.diagnostics
    assert (warning.code, warning.remedy) == (Code.DEPRECATED_FORM, "write true")
    assert project.services["web"].tty is True


def test_a_required_variable_without_a_value_stops_with_its_message(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("services: {web: {image: '${TAG:?set a tag}'}}")
    assert finding.code == Code.REQUIRED_VARIABLE
    assert "set a tag" in finding.message
    assert finding.location is not None


def test_all_broken_interpolations_are_reported_together(refuse_text: Refuser) -> None:
    findings = refuse_text("services:\n  a: {image: '${X'}\n  b: {image: '${Y?}'}\n")
    assert [finding.code for finding in findings] == [Code.INVALID_INTERPOLATION, Code.REQUIRED_VARIABLE]
    assert [finding.location.line for finding in findings if finding.location] == [2, 3]
