"""Several mistakes of one load: independent ones together, what only follows from another not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.load.context import MAX_FINDINGS

if TYPE_CHECKING:
    from hybridcompose.diagnostics import Diagnostic
    from tests.unit.load.conftest import Loader, Refuser


def _lines(findings: tuple[Diagnostic, ...]) -> list[int]:
    return [finding.location.line if finding.location else 0 for finding in findings]


def test_mistakes_of_all_stages_come_in_the_order_of_the_file(refuse_text: Refuser) -> None:
    findings = refuse_text(
        """
        services:
          web:
            image: a
            depends_on: [redis]
            ports: ["99999"]
            prots: []
            tty: ${TTY:?}
            mem_limit: big
        """
    )
    assert _lines(findings) == [4, 5, 6, 7, 8]
    assert [finding.code for finding in findings] == [
        Code.UNDEFINED_REFERENCE,
        Code.INVALID_VALUE,
        Code.UNKNOWN_KEY,
        Code.REQUIRED_VARIABLE,
        Code.INVALID_VALUE,
    ]


def test_what_an_alias_repeats_is_said_once(refuse_text: Refuser) -> None:
    services = "".join(f"  s{number}: *base\n" for number in range(20))
    (finding,) = refuse_text(f"x-base: &base\n  image: a\n  comand: b\nservices:\n{services}")
    assert finding.remedy == "did you mean command?"


def test_what_follows_from_a_mistake_is_not_said(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("services: {web: {image: [a]}}")
    assert finding.code is Code.INVALID_VALUE
    (finding,) = refuse_text("services: {web: {image: '${A:?}'}}")
    assert finding.code is Code.REQUIRED_VARIABLE
    (finding,) = refuse_text("services: {web: {image: a, depends_on: {db: {conditions: x}}}, db: {image: b}}")
    assert finding.code is Code.UNKNOWN_KEY


def test_two_missing_includes_are_both_found_and_nothing_is_said_of_what_they_would_define(
    refuse_text: Refuser,
) -> None:
    findings = refuse_text(
        """
        include:
          - one.yaml
          - two.yaml
        services:
          web: {image: a, networks: [elsewhere]}
        """
    )
    assert [finding.code for finding in findings] == [Code.NO_COMPOSE_FILE] * 2
    assert _lines(findings) == [2, 3]


def test_no_more_mistakes_than_a_person_reads_are_listed(refuse_text: Refuser) -> None:
    findings = refuse_text("services:\n  web:\n    image: a\n" + "".join(f"    key{n}: 1\n" for n in range(500)))
    assert len(findings) == MAX_FINDINGS


def test_warnings_beyond_the_limit_are_counted(load_text: Loader) -> None:
    project = load_text(
        "services:\n  web:\n    image: a\n    environment:\n" + "".join(f"      A{n}: ${{A{n}}}\n" for n in range(250))
    )
    *shown, last = project.diagnostics
    assert len(shown) == MAX_FINDINGS
    assert last.message == f"{250 - MAX_FINDINGS} more of these are not shown"


def test_an_unset_variable_is_shown_at_the_expression_that_names_it(load_text: Loader) -> None:
    project = load_text(
        """
        services:
          web:
            image: a
            command: |
              one
              two $SECOND ${FIRST}
        """
    )
    places = {warning.message.split('"')[1]: warning.location for warning in project.diagnostics}
    assert (places["SECOND"].line, places["SECOND"].column, places["SECOND"].length) == (6, 11, 7)
    assert (places["FIRST"].line, places["FIRST"].column, places["FIRST"].length) == (6, 19, 8)


def test_the_obsolete_version_and_lost_text_are_shown_at_their_tokens(load_text: Loader) -> None:
    project = load_text("version: '3'\nservices:\n  web:\n    image: a\n    command: one && two\n")
    assert [(warning.code, warning.location.line, warning.location.column) for warning in project.diagnostics] == [
        (Code.OBSOLETE_VERSION, 1, 10),
        (Code.TRUNCATED_COMMAND, 5, 18),
    ]
