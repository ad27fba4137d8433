"""The order of keys in what is printed: it depends on the data alone, never on the order in which it was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# What says which thing this is stands first; a list of containers is unreadable with the name in its middle.
_FIRST = ("apiVersion", "kind", "metadata", "name", "image", "command", "args")
_FIRST_SET = frozenset(_FIRST)


def in_reading_order(keys: Collection[str]) -> list[str]:
    """The keys of a mapping: those that identify it, then the others alphabetically."""
    ordered = sorted(keys)
    if _FIRST_SET.isdisjoint(ordered):
        return ordered
    return [key for key in _FIRST if key in keys] + [key for key in ordered if key not in _FIRST_SET]
