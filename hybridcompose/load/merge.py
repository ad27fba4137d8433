"""The merge stage: one file's tree over another's, with the rules of the specification as a table.

Mappings merge key by key, lists are appended without repeats, scalars are replaced, null changes nothing.
The exceptions stand in ``_RULES``. Source: Compose Specification, "Merge".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, ComposePath
from hybridcompose.load.marks import derive, joined
from hybridcompose.load.tables import Node, prefixed, table
from hybridcompose.load.unique import one_per_key, variable_name
from hybridcompose.spec.scalars import printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.load.context import Context

    Rule = Callable[["Merge", Any, Any, ComposePath, "Node[Rule] | None"], Any]


class Merge:
    """Merges trees of one load. ``base`` is consumed: the result may share parts with both arguments."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def trees(self, base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        """A whole compose file over what came before it."""
        merged: dict[str, Any] = self.value(base, other, (), _TABLE)
        return merged

    def element(self, base: Any, other: Any, path: ComposePath) -> Any:
        """One element, such as a service, over another definition of it."""
        node: Node[Rule] | None = _TABLE
        for part in path:
            node = node.child(str(part)) if node is not None else None
        return self.value(base, other, path, node)

    def value(self, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
        if node is not None and node.rule is not None:
            return node.rule(self, base, other, path, node)
        if other is None:
            return base
        if isinstance(base, dict):
            if not isinstance(other, dict):
                self.refuse(base, other, path)
            return self.mappings(base, other, path, node)
        if isinstance(base, list):
            if not isinstance(other, list):
                self.refuse(base, other, path)
            return derive(append_new(base, other), other)
        return other

    def mappings(
        self, base: dict[str, Any], other: dict[str, Any], path: ComposePath, node: Node[Rule] | None
    ) -> dict[str, Any]:
        if base is other:
            return base  # merged before, by way of another element that it is part of
        for key, entry in other.items():
            if key not in base:
                base[key] = entry
                continue
            merged = self.value(base[key], entry, (*path, key), node.child(key) if node is not None else None)
            if self.context.trace and entry is not None:
                # A dictionary keeps the key that came first; the position that counts is the last file's.
                del base[key]
            base[key] = merged
        return base

    def refuse(self, base: Any, other: Any, path: ComposePath) -> None:
        self.context.fail(
            Code.CANNOT_MERGE,
            f"cannot override {_kind(base)} with {_kind(other)}",
            "write the same form in both files, or tag the new value !override",
            path=path,
        )


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a plain value"


def append_new(base: list[Any], other: list[Any]) -> list[Any]:
    """``other``'s entries after ``base``'s, without those that are there already."""
    new = [index for index, entry in enumerate(other) if not _holds(base, entry) and not _holds(other[:index], entry)]
    return joined(base, other, new)


def _holds(entries: list[Any], entry: Any) -> bool:
    return entry in entries and any(_identical(entry, known) for known in entries)


def _identical(one: Any, two: Any) -> bool:
    """Equal, and of the same types all through: ``1`` is neither ``true`` nor ``1.0``."""
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_identical(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_identical, one, two))
    kinds = [(isinstance(value, bool), isinstance(value, float)) for value in (one, two)]
    return bool(one == two) and kinds[0] == kinds[1]


def as_sequence(value: Any) -> list[Any]:
    """The list form of a key that may also be a string or a ``KEY: value`` mapping."""
    if isinstance(value, dict):
        return sorted(entry for key, given in value.items() for entry in _pairs(key, given, value))
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, list) else []


def _pairs(key: str, given: Any, origin: Any) -> list[str]:
    if given is None:
        return [key]
    values = given if isinstance(given, list) else [given]
    return [derive(f"{key}={printed(value)}", value) for value in values]


def _replaced(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    return other


def _sequence(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    return derive(append_new(as_sequence(base), as_sequence(other)), other)


def _hosts(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    # The reference makes nothing of two empty mappings, and then refuses it.
    return _sequence(merge, base, other, path, node) or (base if isinstance(base, list) else None)


def _variables(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    both = as_sequence(base) + as_sequence(other)
    return derive(one_per_key(both, variable_name, merge.context, path, []), other)


def _build(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    return merge.mappings(_build_mapping(base), _build_mapping(other), path, node)


def _build_mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return derive({"context": value}, value)
    return value if isinstance(value, dict) else {}


def _named(default: dict[str, Any] | None) -> Rule:
    """A list of names or a mapping of them; ``default`` is what a bare name stands for."""

    def rule(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
        both = [_by_name(value, default, merge, path) for value in (base, other)]
        return merge.mappings(both[0], both[1], path, node)

    return rule


def _by_name(value: Any, default: dict[str, Any] | None, merge: Merge, path: ComposePath) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        merge.context.fail(
            Code.INVALID_VALUE, "must be a list of names or a mapping of them", "write a list", path=path
        )
    return derive({name: dict(default) if default is not None else None for name in value}, value)


def _logging(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    if not isinstance(base, dict) or not isinstance(other, dict):
        merge.context.fail(Code.INVALID_VALUE, "must be a mapping", "write driver: and options: below it", path=path)
    if "driver" in base and "driver" in other and base["driver"] != other["driver"]:
        return other
    return merge.mappings(base, other, path, None)


def _ulimit(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    if isinstance(base, dict) and isinstance(other, dict):
        return merge.mappings(base, other, path, None)
    return other


def _ipam(merge: Merge, base: Any, other: Any, path: ComposePath, node: Node[Rule] | None) -> Any:
    if not isinstance(base, list) or not isinstance(other, list):
        merge.context.fail(Code.INVALID_VALUE, "must be a list", "write one entry a line, each after a dash", path=path)
    pools: list[dict[str, Any]] = []
    for original in base:
        for override in other:
            left = _by_name(override, None, merge, path)
            right = _by_name(original, None, merge, path)
            known = [pool.get("subnet") for pool in pools]
            if left.get("subnet") != right.get("subnet") and left.get("subnet") not in known:
                pools.append(left)
                continue
            merged = merge.mappings(right, left, path, None)
            if merged.get("subnet") in known:
                pools[known.index(merged.get("subnet"))] = merged
            else:
                pools.append(merged)
    return pools or None  # as above: nothing over something is nothing


_WORKLOAD: dict[str, Rule] = {
    "annotations": _variables,
    "build": _build,
    "build.additional_contexts": _variables,
    "build.args": _variables,
    "build.extra_hosts": _hosts,
    "build.labels": _variables,
    "command": _replaced,
    "depends_on": _named({"condition": "service_started", "required": True}),
    "dns": _sequence,
    "dns_opt": _sequence,
    "dns_search": _sequence,
    "entrypoint": _replaced,
    "env_file": _sequence,
    "environment": _variables,
    "extra_hosts": _hosts,
    "healthcheck.test": _replaced,
    "label_file": _sequence,
    "labels": _variables,
    "logging": _logging,
    "models": _named(None),
    "networks": _named(None),
    "sysctls": _variables,
    "tmpfs": _sequence,
    "ulimits.*": _ulimit,
    "volumes.*.volume.labels": _variables,
}
_TABLE: Node[Rule] = table(
    {
        "configs.*.labels": _variables,
        "networks.*.ipam.config": _ipam,
        "networks.*.labels": _variables,
        "secrets.*.labels": _variables,
        "services.*.deploy.labels": _variables,
        "volumes.*.labels": _variables,
        **prefixed(("services.*", "jobs.*"), _WORKLOAD),
    }
)
