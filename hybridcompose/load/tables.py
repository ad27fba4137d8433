"""Rules keyed by compose path, looked up while a tree is walked.

A rule's key is a path such as ``services.*.ports.*``; ``*`` stands for any mapping key or list item. The table is
compiled into nested nodes once, so that a walk costs one dictionary lookup per key and leaves subtrees that have
no rules alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")

ANY = "*"


class Node(Generic[T]):
    """One step of the table: the rule that ends here, if any, and the steps below."""

    __slots__ = ("children", "rule", "wildcard")

    def __init__(self) -> None:
        self.rule: T | None = None
        self.children: dict[str, Node[T]] = {}
        self.wildcard: Node[T] | None = None

    def child(self, key: str) -> Node[T] | None:
        """The step for ``key``: the one that names it, else the wildcard's."""
        return self.children.get(key, self.wildcard)

    def item(self) -> Node[T] | None:
        """The step for the items of a list."""
        return self.wildcard


def steps(value: object, node: Node[T]) -> list[tuple[Any, Node[T]]]:
    """The keys or indexes of ``value`` below which the table has rules, each with its step."""
    if isinstance(value, dict):
        below = ((key, node.child(key)) for key in value)
        return [(key, found) for key, found in below if found is not None]
    item = node.item() if isinstance(value, list) else None
    return [(index, item) for index in range(len(value))] if isinstance(value, list) and item is not None else []


def table(rules: Mapping[str, T]) -> Node[T]:
    """The root of a table. A named step also gets what the wildcard beside it says."""
    root: Node[T] = Node()
    for path in sorted(rules, key=lambda text: text.split(".").count(ANY)):
        _insert(root, path.split("."), rules[path])
    return root


def _insert(node: Node[T], parts: list[str], rule: T) -> None:
    if not parts:
        if node.rule is None:
            node.rule = rule
        return
    head, rest = parts[0], parts[1:]
    if head == ANY:
        if node.wildcard is None:
            node.wildcard = Node()
        _insert(node.wildcard, rest, rule)
        for child in node.children.values():
            _insert(child, rest, rule)
    else:
        _insert(node.children.setdefault(head, Node()), rest, rule)


def prefixed(prefixes: Iterable[str], rules: Mapping[str, T]) -> dict[str, T]:
    """The same rules below each of several paths."""
    return {f"{prefix}.{path}": rule for prefix in prefixes for path, rule in rules.items()}
