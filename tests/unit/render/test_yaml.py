from __future__ import annotations

import json

import pytest
import yaml

from hybridcompose.render.yaml import dump
from tests.awkward import AWKWARD


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_reads_back_as_value_item_and_key(text: str) -> None:
    data = {"value": text, "items": [text, [text], {"inner": text}], "last": {text: text}}
    assert yaml.load(dump(data), yaml.CSafeLoader) == data


def test_the_same_data_gives_the_same_text_in_whatever_order_it_was_built() -> None:
    assert dump({"b": 1, "a": {"d": 1, "c": 2}}) == dump({"a": {"c": 2, "d": 1}, "b": 1})


def test_what_identifies_an_object_stands_first() -> None:
    data = {
        "spec": {"env": [], "args": ["a"], "name": "web", "image": "x"},
        "metadata": {},
        "kind": "Pod",
        "apiVersion": "v1",
    }
    assert dump(data) == (
        "apiVersion: v1\nkind: Pod\nmetadata: {}\nspec:\n  name: web\n  image: x\n  args:\n  - a\n  env: []\n"
    )


def test_a_list_of_mappings_reads_like_kubectl_prints_it() -> None:
    assert dump({"a": [{"b": 1, "c": [2]}, [3]]}) == "a:\n- b: 1\n  c:\n  - 2\n-\n  - 3\n"


def test_a_configuration_file_is_a_readable_block() -> None:
    assert dump({"data": {"nginx.conf": "a {\n  b;\n}\n"}}) == "data:\n  nginx.conf: |\n    a {\n      b;\n    }\n"


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null\n"), (True, "true\n"), ([], "[]\n"), ({}, "{}\n"), ("a", "a\n"), (1, "1\n")]
)
def test_a_document_can_be_a_single_value(value: object, text: str) -> None:
    assert dump(value) == text


def test_a_key_that_is_too_long_for_one_line_reads_back() -> None:
    data = {"k" * 5000: {"a": ["b"]}, "l" * 5000: "c"}
    assert yaml.load(dump([data]), yaml.CSafeLoader) == [data]


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes has no form in JSON"):
        dump({"a": b"x"})


def test_what_objects_share_is_written_at_every_place_as_if_it_stood_there_alone() -> None:
    shared: dict[str, object] = {"labels": {"a": "1", "script": "one\ntwo\n"}, "empty": {}}
    value = {"first": shared, "deep": {"second": shared}, "list": [shared, {"in": shared}, shared]}
    alone = json.loads(json.dumps(value))  # every part an object of its own
    assert dump(value) == dump(alone)
