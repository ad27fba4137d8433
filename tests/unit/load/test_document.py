from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, LoadError, Location
from hybridcompose.load.document import MAX_DEPTH, Document, read_documents
from hybridcompose.load.marks import Mark, find, mark_of


def read(text: str | bytes, **options: Any) -> Document:
    (document,) = read_documents(text if isinstance(text, bytes) else text.encode(), "compose.yml", **options)
    return document


def value(text: str | bytes) -> Any:
    return read(text).value


def refused(text: str | bytes, **options: Any) -> Diagnostic:
    with pytest.raises(LoadError) as caught:
        read_documents(text if isinstance(text, bytes) else text.encode(), "compose.yml", **options)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


# --- values


def test_plain_and_quoted_scalars_are_told_apart() -> None:
    assert value("a: 0440\nb: '0440'\nc: yes\nd: |\n  12\n") == {"a": 288, "b": "0440", "c": "yes", "d": "12\n"}


def test_an_empty_list_and_an_empty_mapping_are_not_null() -> None:
    assert value("a: []\nb: {}\nc:\n") == {"a": [], "b": {}, "c": None}


def test_a_non_specific_tag_says_nothing() -> None:
    assert value('a: ! 12\nb: ! "12"\n') == {"a": 12, "b": "12"}


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_an_empty_file_has_no_documents(text: str) -> None:
    assert read_documents(text.encode(), "compose.yml") == []


def test_every_document_of_a_stream_is_read() -> None:
    documents = read_documents(b"a: 1\n---\n---\nb: !reset 1\n", "compose.yml")
    assert documents == [Document({"a": 1}), Document(None), Document({}, (("b",),))]


def test_a_byte_order_mark_and_utf_16_are_read() -> None:
    assert value("\ufeffa: é\n".encode()) == {"a": "é"}
    assert value("\ufeffa: é\n".encode("utf-16-le")) == {"a": "é"}


# --- anchors and merge keys


def test_aliases_give_values_that_share_nothing() -> None:
    tree = value("a: &x {k: [1]}\nb: *x\n")
    assert tree["a"] == tree["b"]
    assert tree["a"] is not tree["b"]
    assert tree["a"]["k"] is not tree["b"]["k"]


def test_an_anchor_can_be_defined_again() -> None:
    assert value("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_an_anchor_outlives_its_document() -> None:
    first, second = read_documents(b"a: &x {k: !reset 1, l: 2}\n---\nb: *x\n", "compose.yml")
    assert first.resets == (("a", "k"),)
    assert second == Document({"b": {"l": 2}})


def test_an_anchor_name_may_hold_what_libyaml_refuses() -> None:
    assert value("a: &base.env {k: 1}\nb: *base.env\nc: &base_env 2\nd: {<<: *base.env}\n") == {
        "a": {"k": 1},
        "b": {"k": 1},
        "c": 2,
        "d": {"k": 1},
    }


def test_an_alias_can_be_a_key() -> None:
    assert value("a: &x name\no: {*x : 1}\n") == {"a": "name", "o": {"name": 1}}


@pytest.mark.parametrize(
    ("text", "merged"),
    [
        ("{<<: *x, z: 1}", {"k": 1, "j": 2, "z": 1}),
        ("{k: 9, <<: *x}", {"k": 9, "j": 2}),
        ("{<<: [*y, *x]}", {"k": 3, "j": 2}),
        ("{<<: [*x, {k: 7, l: 8}]}", {"k": 1, "j": 2, "l": 8}),
        ("{<<: *both}", {"k": 1, "j": 2}),
        ("{<<: {a: 1, <<: {b: 2, a: 7}}}", {"a": 1, "b": 2}),
        ("{<<: []}", {}),
        ("{'<<': {a: 1}}", {"<<": {"a": 1}}),
        ("{!!merge m: {a: 1}}", {"a": 1}),
        ("{!!str <<: 1}", {"<<": 1}),
    ],
)
def test_merge_keys_give_what_the_mapping_does_not_say_itself(text: str, merged: dict[str, Any]) -> None:
    tree = value(f"x: &x {{k: 1, j: 2}}\ny: &y {{k: 3}}\nboth: &both [*x, *y]\na: {text}\n")
    assert tree["a"] == merged


@pytest.mark.parametrize("source", ["null", "1", "", "[1]", "[[{a: 1}]]"])
def test_a_merge_key_wants_mappings(source: str) -> None:
    finding = refused(f"a:\n  <<: {source}\n")
    assert finding.code is Code.INVALID_YAML
    assert "<<" in finding.message


# --- !reset and !override


@pytest.mark.parametrize(
    ("text", "tree", "paths"),
    [
        ("a: {b: !reset x, c: 1}", {"a": {"c": 1}}, [("a", "b")]),
        ("a: [1, !reset 2, 3, !reset 4]", {"a": [1, 3]}, [("a", "1"), ("a", "3")]),
        ("a: !override [1]", {"a": [1]}, [("a",)]),
        ("a: &x !reset 1\nb: *x", {}, [("a",), ("b",)]),
        ("a: &x !override {k: 1}\nb: *x", {"a": {"k": 1}, "b": {"k": 1}}, [("a",), ("b",)]),
        ("a: &x {k: !reset 1, l: 2}\nb: *x", {"a": {"l": 2}, "b": {"l": 2}}, [("a", "k"), ("b", "k")]),
        ("a: {b: {<<: {k: !reset 1, l: 2}}}", {"a": {"b": {"l": 2}}}, [("a", "b", "k")]),
        ("a: {<<: [{k: !reset 1}]}", {"a": {}}, [("a", "0", "k")]),
        ("<<: {k: !reset 1}", {}, [("<<", "k")]),
        ("a: {b.c: !reset 1}", {"a": {}}, [("a", "b.c")]),
        ("a: !override {k: !reset x}", {"a": {"k": "x"}}, [("a",)]),
        ("!reset a: 1", {"a": 1}, []),
        ("a: !<!reset> 1", {}, [("a",)]),
    ],
)
def test_reset_drops_override_keeps_and_both_record_their_path(
    text: str, tree: Any, paths: list[tuple[str, ...]]
) -> None:
    assert read(text) == Document(tree, tuple(paths))


def test_a_key_that_is_reset_still_takes_the_merged_value() -> None:
    document = read("x: &x {ports: [1]}\nweb: {<<: *x, ports: !reset }\n")
    assert document.value["web"] == {"ports": [1]}
    assert document.resets == (("web", "ports"),)


# --- keys


def test_a_duplicate_key_is_refused_at_the_second_naming_the_first() -> None:
    finding = refused("services:\n  web:\n    image: a\n    tty: true\n    image: b\n")
    assert finding.code is Code.DUPLICATE_KEY
    assert finding.location == Location("compose.yml", 5, 5, 5)
    assert finding.path == ("services", "web", "image")
    assert "line 3" in finding.message


@pytest.mark.parametrize("text", ["a: 1\n'a': 2\n", "a: !reset 1\na: 2\n", "{<<: {x: 1}, <<: {y: 1}}"])
def test_keys_are_duplicates_however_they_are_written(text: str) -> None:
    assert refused(text).code is Code.DUPLICATE_KEY


@pytest.mark.parametrize(
    "text", ["1: a", "a: {true: 1}", "a: {~: 1}", "{}: 1", "? [a]\n: 1", "2001-01-01: 1", "!!int '1': a"]
)
def test_a_key_that_is_no_string_is_refused(text: str) -> None:
    assert refused(text).code is Code.NON_STRING_KEY


def test_the_remedy_for_a_number_as_key_is_quotes() -> None:
    finding = refused("services:\n  web: {labels: {8: x}}\n")
    assert finding.remedy == 'write "8" in quotes'
    assert finding.location == Location("compose.yml", 2, 18, 1)
    assert finding.path == ("services", "web", "labels")


# --- limits


@pytest.mark.parametrize("text", ["a: &x [*x]", "a: &x {b: {c: *x}}", "a: &x {b: 1, <<: *x}", "&r a: &s {b: *s}"])
def test_an_anchor_that_contains_itself_is_refused(text: str) -> None:
    assert "contains itself" in refused(text).message


def test_an_undefined_anchor_is_refused_with_the_closest_name() -> None:
    finding = refused("a: &default 1\nb: *defualt\n")
    assert finding.location == Location("compose.yml", 2, 4, 8)
    assert finding.remedy == "write *default"


def test_as_many_values_as_the_limit_are_read_and_one_more_is_not() -> None:
    text = "a:\n" + "".join(f"  k{number}: [x]\n" for number in range(4))  # the document, a, and two for each key
    assert read(text, max_nodes=10).value
    finding = refused(text, max_nodes=9)
    assert finding.code is Code.TOO_MANY_NODES
    assert "9" in finding.message


def test_values_that_aliases_repeat_do_not_count_against_the_limit() -> None:
    text = "a: &x [1, 2, 3, 4]\n" + "".join(f"k{number}: *x\n" for number in range(5))
    assert read(text, max_nodes=11).value["k4"] == [1, 2, 3, 4]


@pytest.mark.parametrize("body", ["[*before, *before, *before]", "{<<: *before, k: {<<: *before}}"])
def test_an_alias_bomb_is_refused(body: str) -> None:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {body.replace('before', f'a{n - 1}')}" for n in range(1, 40)]
    assert refused("\n".join(lines)).code is Code.TOO_MANY_NODES


def test_a_large_base_that_many_services_merge_is_no_bomb() -> None:
    base = ", ".join(f"k{n}: v" for n in range(300))
    text = f"x: &x {{{base}}}\n" + "".join(f"s{n}: {{<<: *x}}\n" for n in range(1000))
    assert read(text).value["s999"]["k299"] == "v"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_one_finding(opening: str) -> None:
    finding = refused(opening * 5000)
    assert finding.code in (Code.INVALID_YAML, Code.NON_STRING_KEY)
    assert len(finding.path) <= 20


def test_nesting_through_aliases_counts_as_nesting() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, MAX_DEPTH + 5))
    assert "nested" in refused(chain).message


def test_the_deepest_nesting_that_is_allowed_can_be_read() -> None:
    tree = value("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    depth = 0
    while tree:
        tree, depth = tree[0], depth + 1
    assert depth == MAX_DEPTH - 1


# --- marks


def test_a_traced_reading_gives_the_same_tree_with_marks() -> None:
    text = "x: &x {k: [1, 1.5, true]}\nweb:\n  <<: *x\n  image: nginx\n"
    traced = read(text, trace=True)
    assert traced == read(text)
    assert mark_of(traced.value["web"]["image"]) == Mark("compose.yml", 4, 10, 5)
    assert find(traced.value, ("web", "k"), key=True) == Mark("compose.yml", 1, 8, 1)


def test_columns_count_characters() -> None:
    assert find(read("'é': {ü: x}", trace=True).value, ("é", "ü")) == Mark("compose.yml", 1, 10, 1)


def test_an_untraced_reading_gives_plain_types() -> None:
    tree = value("a: {b: [1, x, 1.5]}")
    assert type(tree) is dict
    assert [type(entry) for entry in tree["a"]["b"]] == [int, str, float]
