"""A writer for JSON-like data as YAML. Property: every YAML parser reads back what was written.

A writer of our own is several times faster than libyaml's emitter behind PyYAML, whose output means something else
to kubectl for a dozen awkward strings (``y``, ``1e3``, ``0o17``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from hybridcompose.render.keys import in_reading_order
from hybridcompose.render.scalars import block, number, string

#: A YAML parser looks for the colon of a key on the same line within this many characters.
_LONGEST_KEY = 1000

# The same few hundred keys stand in every object.
_key = lru_cache(maxsize=1024)(string)


def dump(value: object) -> str:
    """``value`` (mappings with string keys, lists, strings, numbers, booleans, ``None``) as one YAML document."""
    lines: list[str] = []
    if isinstance(value, dict) and value:
        _mapping(value, "", "", lines)
    elif isinstance(value, (list, tuple)) and value:
        _sequence(value, "", lines)
    else:
        lines.append(_scalar(value, 2))
    lines.append("")
    return "\n".join(lines)


def _mapping(mapping: dict[str, Any], pad: str, first_pad: str, lines: list[str]) -> None:
    """Adds a mapping; ``first_pad`` stands before its first key (``- `` in a sequence)."""
    lead = first_pad
    for key in in_reading_order(mapping):
        name = _key(key)
        if len(name) > _LONGEST_KEY:
            lines.append(f"{lead}? {name}")
            lead, name = pad, ""
        _entry(mapping[key], f"{lead}{name}:", pad, lines)
        lead = pad


def _entry(value: object, head: str, pad: str, lines: list[str]) -> None:
    if isinstance(value, dict) and value:
        lines.append(head)
        _mapping(value, f"{pad}  ", f"{pad}  ", lines)
    elif isinstance(value, (list, tuple)) and value:
        lines.append(head)
        _sequence(value, pad, lines)
    else:
        lines.append(f"{head} {_scalar(value, len(pad) + 2)}")


def _sequence(sequence: list[Any] | tuple[Any, ...], pad: str, lines: list[str]) -> None:
    """Adds a list. Its dashes stand under the key that it belongs to, as kubectl prints them."""
    for value in sequence:
        if isinstance(value, dict) and value:
            _mapping(value, f"{pad}  ", f"{pad}- ", lines)
        elif isinstance(value, (list, tuple)) and value:
            lines.append(f"{pad}-")
            _sequence(value, f"{pad}  ", lines)
        else:
            lines.append(f"{pad}- {_scalar(value, len(pad) + 2)}")


def _scalar(value: object, indent: int) -> str:
    if isinstance(value, str):
        return ("\n" in value and block(value, indent)) or string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    raise TypeError(f"{type(value).__name__} has no form in JSON")
