"""Merges fields that a user writes into a generated object, as Kubernetes' strategic merge does it.

Mappings are merged key by key; ``null`` removes a key. A list of objects is merged by the key that Kubernetes
identifies them by, entries that are new come last; any other list is replaced.
Source: Kubernetes, "Update API Objects in Place Using kubectl patch".
"""

from __future__ import annotations

from typing import Any

#: What the entries of a list are told apart by, by the list's field.
MERGE_KEYS = {
    "containers": ("name",),
    "env": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ports": ("containerPort", "protocol"),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
#: What a key is where it is not written.
_IMPLIED = {"protocol": "TCP", "whenUnsatisfiable": "DoNotSchedule"}


def merged(own: Any, patch: Any, field: str = "") -> Any:
    """``own`` with ``patch`` merged into it; neither is changed."""
    if isinstance(own, dict) and isinstance(patch, dict):
        values = {key: merged(own.get(key), entry, key) for key, entry in patch.items()}
        return {key: entry for key, entry in {**own, **values}.items() if key not in patch or entry is not None}
    if isinstance(own, list) and isinstance(patch, list) and _identified(field, [*own, *patch]):
        return _by_key(own, patch, MERGE_KEYS[field])
    return _without_nulls(patch)


def _identified(field: str, entries: list[Any]) -> bool:
    keys = MERGE_KEYS.get(field)
    return keys is not None and all(isinstance(entry, dict) and keys[0] in entry for entry in entries)


def _by_key(own: list[Any], patch: list[Any], keys: tuple[str, ...]) -> list[Any]:
    left = {_identity(entry, keys): entry for entry in patch}
    changed = [merged(entry, left.pop(_identity(entry, keys), {})) for entry in own]
    return [*changed, *map(_without_nulls, left.values())]


def _identity(entry: dict[str, Any], keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(entry.get(key, _IMPLIED.get(key)) for key in keys)


def _without_nulls(value: Any) -> Any:
    """What stands where nothing was: there is nothing for a ``null`` in it to remove."""
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    return value
