"""The part of an object that an applier owns, by the object's own record of it. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: What the API server writes by itself.
_WRITTEN = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")


def managed(body: Mapping[str, Any], manager: str) -> dict[str, Any]:
    """The fields of an object that ``manager`` has applied, with what identifies the object.

    Source: Kubernetes, "Server-Side Apply", FieldsV1 of structured-merge-diff.
    """
    entries = body["metadata"].get("managedFields") or ()
    owned: dict[str, Any] = {}
    for entry in entries:
        if entry.get("manager") == manager and not entry.get("subresource"):
            _merge(owned, entry.get("fieldsV1") or {})
    metadata = {"name": body["metadata"]["name"]}
    kept = _projected(body, owned) if owned else {}
    found: dict[str, Any] = kept if isinstance(kept, dict) else {}
    return {
        "apiVersion": body.get("apiVersion", ""),
        "kind": body.get("kind", ""),
        **found,
        "metadata": {**found.get("metadata", {}), **metadata},
    }


def whole(body: Mapping[str, Any]) -> dict[str, Any]:
    """The object without what the API server writes by itself."""
    metadata = {name: value for name, value in body["metadata"].items() if name not in _WRITTEN}
    return {**{name: value for name, value in body.items() if name != "status"}, "metadata": metadata}


def _merge(owned: dict[str, Any], fields: Mapping[str, Any]) -> None:
    for name, below in fields.items():
        _merge(owned.setdefault(name, {}), below)


def _projected(value: Any, owned: Mapping[str, Any]) -> Any:
    below = {name: fields for name, fields in owned.items() if name != "."}
    if isinstance(value, dict) and below:
        return {name: _projected(item, below[f"f:{name}"]) for name, item in value.items() if f"f:{name}" in below}
    if isinstance(value, list) and any(name.startswith("k:") for name in below):
        keys = [(json.loads(name[2:]), fields) for name, fields in below.items() if name.startswith("k:")]
        return [_item(item, fields, found) for item in value for fields, found in _matching(item, keys)]
    if isinstance(value, list) and any(name.startswith("v:") for name in below):
        return [item for item in value if f"v:{json.dumps(item)}" in below]
    return value


def _matching(item: Any, keys: Iterable[tuple[dict[str, Any], Any]]) -> Iterable[tuple[Any, dict[str, Any]]]:
    found = ((fields, key) for key, fields in keys if isinstance(item, dict) and key.items() <= item.items())
    return list(found)[:1]


def _item(item: dict[str, Any], owned: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """One item of a list, with what it is found by."""
    kept = _projected(item, owned)
    return {**{name: item[name] for name in key}, **kept} if isinstance(kept, dict) else kept
