from __future__ import annotations

import pytest

from hybridcompose.load.template import Expression, expressions
from hybridcompose.load.variables import Variable, variables


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("plain", []),
        ("$A", [Expression("A", "", "")]),
        ("${A}-${B}", [Expression("A", "", ""), Expression("B", "", "")]),
        ("$$A $${B} $1 ${ }", []),
        ("${A:-x}y${B?no}", [Expression("A", ":-", "x"), Expression("B", "?", "no")]),
        ("${A-${B:-}}", [Expression("A", "-", "${B:-}")]),
        ("${A:-open", []),
    ],
)
def test_the_expressions_of_a_text_are_found_where_they_stand(template: str, found: list[Expression]) -> None:
    assert list(expressions(template)) == found


def test_variables_are_found_in_values_at_any_depth_and_in_the_order_of_names() -> None:
    tree = {"services": {"web": {"image": "$B", "ports": ["${A}:80", {"published": "${C}"}], "scale": 2}}}
    assert [variable.name for variable in variables(tree)] == ["A", "B", "C"]


def test_defaults_and_replacements_are_told_and_searched_for_variables() -> None:
    assert variables({"a": "${A:-x${B-y}}", "c": "${C:+z$D}"}) == [
        Variable("A", default="x${B-y}"),
        Variable("B", default="y"),
        Variable("C", alternate="z$D"),
        Variable("D"),
    ]


def test_one_use_that_requires_a_variable_is_enough() -> None:
    assert variables(["$A", "${A:?why}", "${A:-d}", "${A:-e}"]) == [Variable("A", required=True, default="d")]
