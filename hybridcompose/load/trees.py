"""Small operations on trees of plain data that several stages need."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from hybridcompose.load.marks import derive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import ComposePath


def clone(value: Any) -> Any:
    """A deep copy that keeps positions."""
    if isinstance(value, dict):
        return derive({key: clone(entry) for key, entry in value.items()}, value)
    if isinstance(value, list):
        return derive([clone(entry) for entry in value], value)
    return value


def merged_over(own: dict[str, Any], sources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A YAML mapping with what ``<<`` merges, in place: its own keys win, then the earlier source."""
    for source in sources:
        for key, value in source.items():
            own.setdefault(key, value)
    return own


def prune(tree: Any, path: ComposePath) -> ComposePath:
    """Removes, in place, what stands at ``path``; of a list, the whole. Returns the path of what went."""
    names = tuple(itertools.takewhile(lambda part: isinstance(part, str), path))
    for part in names[:-1]:
        tree = tree.get(part) if isinstance(tree, dict) else None
    if isinstance(tree, dict) and names:
        tree.pop(names[-1], None)
    return names


def apply_resets(tree: Any, resets: Iterable[tuple[str, ...]], prefix: tuple[str, ...] = ()) -> None:
    """Removes, in place, what a later file tagged ``!reset`` or ``!override``.

    ``prefix`` is where ``tree`` stands in its file. Items of lists are left alone, as in the reference.
    """
    for path in resets:
        if path[: len(prefix)] == prefix and len(path) > len(prefix):
            _remove(tree, path[len(prefix) :])


def _remove(tree: Any, path: tuple[str, ...]) -> None:
    for part in path[:-1]:
        if not isinstance(tree, dict) or part not in tree:
            return
        tree = tree[part]
    if isinstance(tree, dict):
        tree.pop(path[-1], None)
