from __future__ import annotations

import pytest

from hybridcompose.load.document import read_documents
from hybridcompose.load.marks import (
    Mark,
    MarkedDict,
    MarkedFloat,
    MarkedInt,
    MarkedList,
    MarkedStr,
    derive,
    find,
    mark_of,
    with_mark,
)

HERE = Mark("compose.yml", 3, 7, 4)
TEXT = b"""\
services:
  web:
    image: nginx
    privileged: true
    ports: [80, "8080:80"]
    labels: {a: 1.5}
"""


def tree() -> object:
    return read_documents(TEXT, "c.yml", trace=True)[0].value


@pytest.mark.parametrize(
    ("value", "kind"), [("x", MarkedStr), (1, MarkedInt), (1.5, MarkedFloat), ({"a": 1}, MarkedDict), ([1], MarkedList)]
)
def test_a_marked_value_equals_the_plain_one_and_knows_its_place(value: object, kind: type) -> None:
    marked = with_mark(value, HERE)
    assert type(marked) is kind
    assert marked == value
    assert mark_of(marked) == HERE


@pytest.mark.parametrize("value", [None, True, False])
def test_a_value_that_cannot_carry_a_mark_stays_as_it_is(value: object) -> None:
    assert with_mark(value, HERE) is value
    assert mark_of(value) is None


def test_a_derived_value_carries_the_mark_of_what_it_was_made_from() -> None:
    assert mark_of(derive("new", with_mark("old", HERE))) == HERE
    assert mark_of(derive([1], with_mark("old", HERE))) == HERE


def test_deriving_from_a_plain_value_costs_no_copy() -> None:
    new = {"a": 1}
    assert derive(new, "old") is new


def test_a_derived_value_that_knows_its_own_place_keeps_it() -> None:
    other = Mark("other.yml", 1, 1, 1)
    assert mark_of(derive(with_mark("new", other), with_mark("old", HERE))) == other


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("services", "web", "image"), (3, 12, 5)),
        (("services", "web", "ports", 0), (5, 13, 2)),
        (("services", "web", "ports", 1), (5, 17, 9)),
        (("services", "web", "labels", "a"), (6, 17, 3)),
    ],
)
def test_a_path_leads_to_the_place_of_its_value(path: tuple[str | int, ...], place: tuple[int, int, int]) -> None:
    assert find(tree(), path) == Mark("c.yml", *place)


def test_the_key_can_be_asked_for_instead_of_the_value() -> None:
    assert find(tree(), ("services", "web", "image"), key=True) == Mark("c.yml", 3, 5, 5)


def test_a_boolean_is_found_by_its_key_and_in_its_list() -> None:
    assert find(tree(), ("services", "web", "privileged")) == Mark("c.yml", 4, 17, 4)
    assert find(read_documents(b"a: [1, true]", "c.yml", trace=True)[0].value, ("a", 1)) == Mark("c.yml", 1, 8, 4)


def test_a_key_without_a_value_is_found_at_the_key_and_an_empty_entry_at_its_dash() -> None:
    empty = read_documents(b"a:\nb:\n  - 1\n  -\n", "c.yml", trace=True)[0].value
    assert find(empty, ("a",)) == Mark("c.yml", 1, 1, 1)
    assert find(empty, ("b", 1)) == Mark("c.yml", 4, 3, 1)


def test_a_path_that_was_not_written_is_found_at_its_nearest_parent() -> None:
    assert find(tree(), ("services", "web", "build", "context")) == find(tree(), ("services", "web"))
    assert find(tree(), ("services", "web", "ports", 9)) == find(tree(), ("services", "web", "ports"))


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        (b"environment:\n  - A=1\n  - AB=2\n  - A\n", "A", 4),
        (b"environment:\n  - AB=1\n  - A=2\n", "A", 3),
        (b"extra_hosts:\n  - one:10.0.0.1\n  - two:10.0.0.2\n", "two", 3),
        (b"depends_on:\n  - db\n  - cache\n", "cache", 3),
    ],
)
def test_what_is_named_in_a_list_is_found_at_its_last_entry(text: bytes, key: str, line: int) -> None:
    tree = read_documents(text, "compose.yml", trace=True)[0].value
    name = next(iter(tree))
    mark = find(tree, (name, key))
    assert mark is not None
    assert mark[1:3] == (line, 5)


def test_an_untraced_tree_has_no_places() -> None:
    assert find({"services": {}}, ("services",)) is None
