from __future__ import annotations

from hybridcompose.diagnostics import Code, Severity
from tests.unit.translate.drafts import body


def test_a_reference_in_a_value_is_not_expanded() -> None:
    env = body({"environment": {"B": "b", "A": "$(B)"}}).container["env"]
    assert env == [{"name": "A", "value": "$$(B)"}, {"name": "B", "value": "b"}]


def test_a_variable_that_is_not_set_is_left_out() -> None:
    assert body({"environment": {"FOO": None, "BAR": ""}}).container["env"] == [{"name": "BAR", "value": ""}]


def test_a_service_without_variables_has_no_environment() -> None:
    assert "env" not in body({"environment": {"FOO": None}}).container


def test_a_value_that_names_a_secrets_file_is_kept_verbatim() -> None:
    env = body({"environment": {"DB_PASSWORD_FILE": "/run/secrets/DB_Pass"}}).container["env"]
    assert env == [{"name": "DB_PASSWORD_FILE", "value": "/run/secrets/DB_Pass"}]


def test_a_value_that_names_a_service_is_kept_verbatim() -> None:
    assert body({"environment": {"DB_HOST": "db"}}).container["env"] == [{"name": "DB_HOST", "value": "db"}]


def test_names_with_dots_dashes_and_spaces_are_kept() -> None:
    env = body({"environment": {"a.b": "1", "a-b": "2", "a b": "3"}}).container["env"]
    assert [entry["name"] for entry in env] == ["a b", "a-b", "a.b"]


def test_newlines_and_outer_blanks_are_kept() -> None:
    assert body({"environment": {"A": " x\ny "}}).container["env"] == [{"name": "A", "value": " x\ny "}]


def test_a_name_that_kubernetes_refuses_is_reported_where_it_stands() -> None:
    found = body({"environment": {"GRÖSSE": "1"}})
    assert "env" not in found.container
    finding = found.only(Code.NO_EQUIVALENT)
    assert finding.severity is Severity.WARNING
    assert finding.path == ("services", "web", "environment", "GRÖSSE")
