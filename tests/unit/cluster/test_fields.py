"""What of an object an applier owns."""

from __future__ import annotations

from typing import Any

from hybridcompose.cluster.fields import managed, whole

OBJECT: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "web",
        "uid": "u",
        "labels": {"ours": "1", "theirs": "2"},
        "finalizers": ["ours", "theirs"],
        "managedFields": [
            {
                "manager": "us",
                "operation": "Apply",
                "fieldsV1": {
                    "f:metadata": {"f:labels": {"f:ours": {}}, "f:finalizers": {'v:"ours"': {}}},
                    "f:spec": {"f:containers": {'k:{"name":"a"}': {".": {}, "f:image": {}}}, "f:args": {}},
                },
            },
            {"manager": "them", "fieldsV1": {"f:metadata": {"f:labels": {"f:theirs": {}}}}},
            {"manager": "us", "subresource": "status", "fieldsV1": {"f:status": {"f:phase": {}}}},
        ],
    },
    "spec": {
        "containers": [{"name": "a", "image": "i", "defaulted": True}, {"name": "b", "image": "theirs"}],
        "args": ["whole", "list"],
    },
    "status": {"phase": "Running"},
}


def test_only_what_the_manager_has_applied_is_left_and_the_objects_name() -> None:
    assert managed(OBJECT, "us") == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "labels": {"ours": "1"}, "finalizers": ["ours"]},
        "spec": {"containers": [{"name": "a", "image": "i"}], "args": ["whole", "list"]},
    }


def test_who_has_applied_nothing_owns_nothing() -> None:
    assert managed(OBJECT, "nobody") == {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}


def test_what_the_server_writes_is_no_part_of_the_whole() -> None:
    assert whole(OBJECT).keys() == {"apiVersion", "kind", "metadata", "spec"}
    assert whole(OBJECT)["metadata"].keys() == {"name", "labels", "finalizers"}
