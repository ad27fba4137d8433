"""Small operations on trees of plain data that several stages need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.load.marks import derive

if TYPE_CHECKING:
    from collections.abc import Iterable


def clone(value: Any) -> Any:
    """A deep copy that keeps positions."""
    if isinstance(value, dict):
        return derive({key: clone(entry) for key, entry in value.items()}, value)
    if isinstance(value, list):
        return derive([clone(entry) for entry in value], value)
    return value


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
