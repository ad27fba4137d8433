from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, TranslateError
from hybridcompose.gather.facts import Facts
from hybridcompose.translate import Options, translate
from hybridcompose.translate.limits import ANNOTATION, OBJECT
from tests.unit.translate.support import plan_of, project_of, service


def test_an_object_that_a_plain_apply_could_not_make_is_an_error_where_it_comes_from() -> None:
    project = project_of({"web": service(environment={"A": "x" * ANNOTATION})})
    with pytest.raises(TranslateError) as caught:
        translate(project, Facts(), Options())
    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.path) == (Code.OBJECT_TOO_LARGE, ("services", "web"))
    assert finding.remedy
    assert "--server-side-apply" in finding.remedy


def test_the_same_object_is_none_with_server_side_apply() -> None:
    large = {"web": service(environment={"A": "x" * ANNOTATION})}
    assert plan_of(large, options=Options(server_side_apply=True)).resources


def test_what_no_api_server_takes_is_an_error_in_any_case() -> None:
    project = project_of({"web": service(environment={"A": "x" * OBJECT})})
    with pytest.raises(TranslateError, match="may have 1,048,576"):
        translate(project, Facts(), Options(server_side_apply=True))


def test_characters_count_as_the_server_writes_them() -> None:
    assert plan_of({"web": service(environment={"A": "x" * 50_000})}).resources
    with pytest.raises(TranslateError, match="pod/web has"):
        plan_of({"web": service(environment={"A": "<" * 50_000})})
