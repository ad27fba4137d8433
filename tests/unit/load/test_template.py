from __future__ import annotations

import pytest

from hybridcompose.load.template import InvalidTemplate, RequiredVariable, substitute

VARIABLES = {"SET": "value", "EMPTY": "", "DOLLAR": "$SET", "_U1": "under"}


def expand(template: str) -> str:
    return substitute(template, VARIABLES.get, lambda _name: None)


def test_text_without_a_dollar_sign_is_the_same_object() -> None:
    text = "".join(["{plain}", " text"])
    assert substitute(text, VARIABLES.get, lambda _name: None) is text


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("$SET", "value"),
        ("${SET}", "value"),
        ("a${SET}b$_U1-$EMPTY.", "avalueb" + "under-."),
        ("$SETx", ""),
        ("$$SET", "$SET"),
        ("$$$SET", "$value"),
        ("$${SET}", "${SET}"),
        ("$DOLLAR", "$SET"),
        ("$1 $. $", "$1 $. $"),
        ("${SET}x}", "valuex}"),
    ],
)
def test_names_and_escapes(template: str, result: str) -> None:
    assert expand(template) == result


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("${SET:-d}", "value"),
        ("${EMPTY:-d}", "d"),
        ("${NO:-d}", "d"),
        ("${SET-d}", "value"),
        ("${EMPTY-d}", ""),
        ("${NO-d}", "d"),
        ("${SET:+r}", "r"),
        ("${EMPTY:+r}", ""),
        ("${NO:+r}", ""),
        ("${SET+r}", "r"),
        ("${EMPTY+r}", "r"),
        ("${NO+r}", ""),
        ("${SET:?m}", "value"),
        ("${EMPTY?m}", ""),
        ("${NO:-}", ""),
    ],
)
def test_each_operator_for_a_set_an_empty_and_an_unset_variable(template: str, result: str) -> None:
    assert expand(template) == result


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("${NO:-${SET}}", "value"),
        ("${NO:-${NO:-${SET}}}", "value"),
        ("${NO:-a}-${SET}", "a-value"),
        ("${NO:-a}-${SET}}", "a-value}"),
        ("${NO:-${SET}}}", "value}"),
        ("${NO:-{}}", "{}"),
        ("${NO:-}}", "}"),
        ("${NO-b?c}", "b?c"),
        ("${NO:-b:+c}", "b:+c"),
        ("${NO:-$$x}", "$x"),
        ("${NO:-http://a/${SET}?x=1}", "http://a/value?x=1"),
        ("${SET:-${NO:?never looked at}}", "value"),
    ],
)
def test_operands_are_templates_and_braces_pair(template: str, result: str) -> None:
    assert expand(template) == result


@pytest.mark.parametrize(
    "template", ["${", "${}", "${1}", "${SET", "${SET:x}", "${ SET}", "${SET!}", "${NO:-a\nb}", "x${NO-{y"]
)
def test_a_dollar_brace_that_begins_no_expression_is_invalid(template: str) -> None:
    with pytest.raises(InvalidTemplate) as caught:
        expand(template)
    assert caught.value.token in template
    assert "$$" in str(caught.value)


@pytest.mark.parametrize(
    ("template", "name", "reason"),
    [
        ("${NO:?}", "NO", ""),
        ("${EMPTY:?say it}", "EMPTY", "say it"),
        ("${NO?x ${SET}}", "NO", "x value"),
        ("${NO?b-c}", "NO", "b-c"),
    ],
)
def test_a_required_variable_that_is_missing_is_named_with_its_reason(template: str, name: str, reason: str) -> None:
    with pytest.raises(RequiredVariable) as caught:
        expand(template)
    assert (caught.value.name, caught.value.reason) == (name, reason)


def test_a_warning_names_each_unset_variable_that_has_no_default() -> None:
    warned: list[str] = []
    substitute("$NO ${NEVER} ${D:-x} ${E+y} $SET ${F:-$G}", VARIABLES.get, warned.append)
    assert warned == ["NO", "NEVER", "G"]


def test_nesting_beyond_all_measure_is_invalid() -> None:
    with pytest.raises(InvalidTemplate):
        expand("${NO:-" * 3000 + "}" * 3000)


def test_many_expressions_on_one_line_are_no_nesting() -> None:
    assert expand("${NO:-a}" * 3000) == "a" * 3000


@pytest.mark.parametrize(("template", "result"), [("${NO:-${NO:-a}}b}", "ab}"), ("${NO:-${NO:-x}y}${NO:-{z}", "xy{z")])
def test_braces_inside_an_operand_pair_with_their_own(template: str, result: str) -> None:
    assert expand(template) == result


@pytest.mark.parametrize(
    ("template", "token"),
    [
        ("${NO:-{${NO:-a}", "${NO:-a"),
        ("${NO:-${NO:-x}", "${NO:-x"),
        ("${NO:-${SET}\n}", "${SET"),
    ],
)
def test_a_brace_closes_one_expression_only_and_only_on_its_line(template: str, token: str) -> None:
    with pytest.raises(InvalidTemplate) as caught:
        expand(template)
    assert caught.value.token == token
