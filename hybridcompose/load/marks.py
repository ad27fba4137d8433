"""Positions of values in the compose files, paid for only when a finding needs one.

A clean load works on plain dicts, lists and scalars. When a finding needs a place, the same files are read
again with ``trace=True``: then every value and every key is a subclass of its plain type that carries its
mark. ``None``, booleans and dates have no subclasses: their key knows where they stand, or the list that they are in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hybridcompose.diagnostics import Location

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A token's place. The same thing as a diagnostic's location, so that one is the other without copying.
Mark = Location

T = TypeVar("T")


class MarkedStr(str):
    """Text that knows where it was written. ``beside`` is the place of a key's value that cannot know its own."""

    __slots__ = ("beside", "mark")
    mark: Mark
    beside: Mark | None


class MarkedInt(int):
    """An integer that knows where it was written."""

    mark: Mark


class MarkedFloat(float):
    """A float that knows where it was written."""

    __slots__ = ("mark",)
    mark: Mark


class MarkedDict(dict[str, Any]):
    """A mapping that knows where it begins."""

    __slots__ = ("mark",)
    mark: Mark


class MarkedList(list[Any]):
    """A list that knows where it begins. ``entries`` are the places of entries that cannot know their own, by index."""

    __slots__ = ("entries", "mark")
    mark: Mark
    entries: dict[int, Mark]


_MARKED: dict[type, Any] = {str: MarkedStr, int: MarkedInt, float: MarkedFloat, dict: MarkedDict, list: MarkedList}
_PLAIN: dict[type, type] = {marked: plain for plain, marked in _MARKED.items()}


def mark_of(value: object) -> Mark | None:
    """Where ``value`` was written, if it knows."""
    return getattr(value, "mark", None) if type(value) in _PLAIN else None


def with_mark(value: T, mark: Mark) -> T:
    """``value`` carrying ``mark``; a value whose type cannot carry one is returned as it is.

    A dict or list is copied (one level), unless it is marked already: then its mark is replaced in place.
    """
    kind = type(value)
    if kind is MarkedDict or kind is MarkedList:
        value.mark = mark  # type: ignore[attr-defined]  # the check above narrows to classes with a mark
        return value
    marked = _MARKED.get(_PLAIN.get(kind, kind))
    if marked is None:
        return value
    carrier: Any = marked(value)
    carrier.mark = mark
    return carrier  # type: ignore[no-any-return]  # a subclass of T's own class


def derive(new: T, old: object) -> T:
    """``new``, carrying the mark of the ``old`` value that it was made from, if that has one.

    A ``new`` that already knows its own place keeps it.
    """
    mark = mark_of(old)
    if mark is None or type(new) in _PLAIN:
        return new
    marked = with_mark(new, mark)
    if isinstance(marked, MarkedList) and isinstance(old, MarkedList) and len(marked) == len(old):
        marked.entries = getattr(old, "entries", {})
    return marked


def beside(key: str, value: object, mark: Mark) -> str:
    """The traced ``key`` of a ``value`` at ``mark``, which it remembers where the value cannot."""
    if type(value) in _PLAIN:
        return key
    own = MarkedStr(key)
    own.mark, own.beside = getattr(key, "mark", mark), mark
    return own


def joined(base: list[Any], other: list[Any], indexes: Sequence[int]) -> list[Any]:
    """``base`` with the entries of ``other`` at ``indexes`` after it; all entries keep their places."""
    result = base + [other[index] for index in indexes]
    mark = mark_of(other) or mark_of(base)
    if mark is None:
        return result
    marked = MarkedList(result)
    known = getattr(other, "entries", {})
    added = {len(base) + number: known[index] for number, index in enumerate(indexes) if index in known}
    marked.mark, marked.entries = mark, {**getattr(base, "entries", {}), **added}
    return marked


def copy_tree(value: Any) -> Any:
    """A tree that shares no dict or list with ``value``; marks are kept."""
    if isinstance(value, dict):
        return derive({key: copy_tree(entry) for key, entry in value.items()}, value)
    if isinstance(value, list):
        return derive([copy_tree(entry) for entry in value], value)
    return value


def find(tree: object, path: tuple[str | int, ...], *, key: bool = False) -> Mark | None:
    """The mark of the value (``key=True``: of its key) at ``path`` in a traced tree.

    Where the path leaves what was written, or a value cannot carry a mark, it is the mark of the nearest
    written key or parent. ``None`` if nothing on the way was marked.
    """
    mark = mark_of(tree)
    for position, part in enumerate(path):
        step = _step(tree, part)
        if step is None:
            break
        written, own, tree = step
        last = position == len(path) - 1
        own = None if key and last and written else own
        mark = own or written or mark
    return mark


def is_collection(tree: object, path: tuple[str | int, ...]) -> bool:
    """Whether a mapping or a list stands at ``path``: its key says better what it is than its first token."""
    for part in path:
        step = _step(tree, part)
        if step is None:
            return False
        tree = step[2]
    return isinstance(tree, (dict, list))


def _step(tree: object, part: str | int) -> tuple[Mark | None, Mark | None, object] | None:
    """The marks of the key and of the value one step down, and the value; ``None`` where there is no such step."""
    if isinstance(tree, dict) and part in tree:
        name = next(name for name in tree if name == part)
        value = tree[part]
        return (
            mark_of(name),
            mark_of(value) or (None if type(value) in _PLAIN else getattr(name, "beside", None)),
            value,
        )
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return None, mark_of(tree[part]) or getattr(tree, "entries", {}).get(part), tree[part]
    if isinstance(tree, list) and isinstance(part, str):
        entry = next((entry for entry in reversed(tree) if _names(entry, part)), None)
        return None if entry is None else (None, mark_of(entry), entry)
    return None


def _names(entry: object, key: str) -> bool:
    """Whether an entry of a list is what a mapping would have at ``key``: ``KEY``, ``KEY=VALUE``, ``HOST:ADDRESS``."""
    return isinstance(entry, str) and entry.startswith(key) and entry[len(key) : len(key) + 1] in ("", "=", ":")
