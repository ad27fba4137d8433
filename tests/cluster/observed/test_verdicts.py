"""What counts as the same, as a difference that users are told of, and as wrong."""

from __future__ import annotations

import pytest

from tests.cluster.observed.case import ANYTHING, DOCUMENTED, MISSING, Case, Difference, Refusal
from tests.cluster.observed.leaves import leaves
from tests.cluster.observed.table import Verdict, judged, refused, table, unused

TOLD = frozenset({("approximated", "services.web.user")})


def case(*differences: Difference, refusals: tuple[Refusal, ...] = ()) -> Case:
    return Case("example", dict, lambda _: {}, differences=differences, refusals=refusals)


def declared(seen: object = "b", path: str = "services.{service}.user", code: str = "approximated") -> Difference:
    return Difference("web/uid", seen, code, path)


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (declared(), Verdict.STATED),
        (declared(ANYTHING), Verdict.STATED),
        (declared("c"), Verdict.WRONG),
        (declared(path="services.web.image"), Verdict.WRONG),
        (declared(code=DOCUMENTED, path="pods.md: What every pod has"), Verdict.STATED),
        (declared(code=DOCUMENTED, path="pods.md: what nobody wrote"), Verdict.WRONG),
        (Difference("db/uid", "b", "approximated", "services.web.user"), Verdict.WRONG),
    ],
)
def test_a_difference_counts_as_told_where_it_is_the_one_that_is_shown(
    difference: Difference, expected: Verdict
) -> None:
    (found,) = judged(case(difference), "web", {"uid": "a"}, {"uid": "b"}, TOLD)
    assert found.verdict is expected
    assert bool(found.problem) == (expected is Verdict.WRONG)


def test_a_value_that_is_missing_on_one_side_differs() -> None:
    one, other = judged(case(), "web", {"a": 1}, {"b": 2}, TOLD)
    assert [(found.docker, found.pod, found.verdict) for found in (one, other)] == [
        (1, MISSING, Verdict.WRONG),
        (MISSING, 2, Verdict.WRONG),
    ]


def test_a_difference_that_is_no_more_is_named() -> None:
    given = case(declared(), Difference("web/gid", 1, "approximated", "x", always=False))
    assert unused(given, judged(given, "web", {"uid": "a"}, {"uid": "a"}, TOLD)) == ["example: web/uid does not differ"]


def test_a_refusal_counts_as_told_where_it_is_the_error_that_is_shown() -> None:
    given = case(refusals=(Refusal("web", "approximated", "services.web.user"), Refusal("db", "unknown-user", "x")))
    assert [found.verdict for found in refused(given, TOLD)] == [Verdict.STATED, Verdict.WRONG]


def test_the_table_counts_values_by_point_and_verdict() -> None:
    found = list(judged(case(declared()), "web", {"uid": "a", "gid": 1}, {"uid": "b", "gid": 1}, TOLD))
    head, row, total = table(found, {"user": "users"}, {one.name: "user" for one in found}).splitlines()
    assert head.split()[:5] == ["point", "topic", "same", "stated", "wrong"]
    assert row.split() == ["user", "users", "1", "1", "0", "approximated"]
    assert total.split()[-3:] == ["1", "1", "0"]


def test_addresses_are_named_by_who_has_them_and_generated_names_as_such() -> None:
    report = {
        "hostname": "web",
        "hosts": "127.0.0.1 localhost\n10.0.0.7 web\n",
        "dns": {"many": ["10.0.0.1", "10.0.0.2"], "nobody": "lookup nobody on 10.0.0.9:53: server misbehaving"},
        "interfaces": {"eth0": ["10.0.0.7/24"]},
    }
    known = {"10.0.0.1": "many 1", "10.0.0.2": "many 2"}
    assert leaves(report, ("hostname", "hosts", "dns"), chosen=False, known=known) == {
        "hostname": "<generated>",
        "hosts:localhost": ["127.0.0.1"],
        "hosts:<generated>": ["<own>"],
        "dns:many": ["many", "many"],
        "dns:nobody": "NXDOMAIN",
    }
