from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.translate.patch import merged


@pytest.mark.parametrize(
    ("own", "patch", "expected"),
    [
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
        ({"args": ["a", "b"]}, {"args": ["c"]}, {"args": ["c"]}),
        ({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}, {"tolerations": [{"key": "b"}]}),
    ],
)
def test_mappings_are_merged_and_lists_replaced(own: Any, patch: Any, expected: Any) -> None:
    assert merged(own, patch) == expected


def test_a_list_whose_entries_have_names_is_merged_by_them() -> None:
    own = {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}
    patch = {"env": [{"name": "C", "value": "3"}, {"name": "A", "value": None, "valueFrom": {"x": 1}}]}
    assert merged(own, patch) == {
        "env": [{"name": "A", "valueFrom": {"x": 1}}, {"name": "B", "value": "2"}, {"name": "C", "value": "3"}]
    }


def test_two_protocols_of_a_port_stay_two() -> None:
    own = {"ports": [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]}
    named = merged(own, {"ports": [{"containerPort": 53, "name": "dns"}]})
    assert named["ports"] == [{"containerPort": 53, "protocol": "TCP", "name": "dns"}, own["ports"][1]]


def test_what_is_merged_stays_as_it_was() -> None:
    own = {"a": {"b": [1]}, "env": [{"name": "A", "value": "1"}]}
    merged(own, {"a": {"b": None}, "env": [{"name": "A", "value": "2"}]})
    assert own == {"a": {"b": [1]}, "env": [{"name": "A", "value": "1"}]}
