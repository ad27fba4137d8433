"""The order of keys in what is printed: it depends on the data alone, never on the order in which it was built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What says which thing this is stands first; a list of containers is unreadable with the name in its middle.
_FIRST = ("apiVersion", "kind", "metadata", "name", "image", "command", "args")
_FIRST_SET = frozenset(_FIRST)


def in_reading_order(mapping: Mapping[str, Any]) -> list[str]:
    """The keys of ``mapping``: those that identify it, then the others alphabetically."""
    keys = sorted(mapping)
    if _FIRST_SET.isdisjoint(keys):
        return keys
    return [key for key in _FIRST if key in mapping] + [key for key in keys if key not in _FIRST_SET]
