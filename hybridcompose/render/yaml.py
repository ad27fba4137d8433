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


class Texts(dict[str, str]):
    """Strings on one line as they are written, each worked out once: most of a plan's say the same again.

    ``blocks`` are those of several lines, by text and indent. One for each stream, and no longer: they may be secret.
    """

    def __init__(self) -> None:
        self.blocks: dict[tuple[str, int], str | None] = {}

    def __missing__(self, text: str) -> str:
        self[text] = written = string(text)
        return written

    def block(self, text: str, indent: int) -> str | None:
        if (text, indent) not in self.blocks:
            self.blocks[text, indent] = block(text, indent)
        return self.blocks[text, indent]


def dump(value: object, texts: Texts | None = None) -> str:
    """``value`` (mappings with string keys, lists, strings, numbers, booleans, ``None``) as one YAML document.

    Documents of one stream share ``texts``.
    """
    lines: list[str] = []
    texts = Texts() if texts is None else texts
    if isinstance(value, dict) and value:
        _mapping(value, "", "", lines, texts)
    elif isinstance(value, (list, tuple)) and value:
        _sequence(value, "", lines, texts)
    else:
        lines.append(_scalar(value, 2, texts))
    lines.append("")
    return "\n".join(lines)


@lru_cache(maxsize=1024)
def _names(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Keys of one mapping in reading order, each as it is written. The same few hundred mappings have all objects."""
    return tuple((key, string(key)) for key in in_reading_order(keys))


def _mapping(mapping: dict[str, Any], pad: str, first_pad: str, lines: list[str], texts: Texts) -> None:
    """Adds a mapping; ``first_pad`` stands before its first key (``- `` in a sequence)."""
    lead = first_pad
    for key, name in _names(tuple(mapping)):
        value = mapping[key]
        head = f"{lead}{name}:" if len(name) <= _LONGEST_KEY else f"{lead}? {name}\n{pad}:"
        if isinstance(value, dict) and value:
            lines.append(head)
            _mapping(value, f"{pad}  ", f"{pad}  ", lines, texts)
        elif isinstance(value, (list, tuple)) and value:
            lines.append(head)
            _sequence(value, pad, lines, texts)
        else:
            lines.append(f"{head} {_scalar(value, len(pad) + 2, texts)}")
        lead = pad


def _sequence(sequence: list[Any] | tuple[Any, ...], pad: str, lines: list[str], texts: Texts) -> None:
    """Adds a list. Its dashes stand under the key that it belongs to, as kubectl prints them."""
    for value in sequence:
        if isinstance(value, dict) and value:
            _mapping(value, f"{pad}  ", f"{pad}- ", lines, texts)
        elif isinstance(value, (list, tuple)) and value:
            lines.append(f"{pad}-")
            _sequence(value, f"{pad}  ", lines, texts)
        else:
            lines.append(f"{pad}- {_scalar(value, len(pad) + 2, texts)}")


def _scalar(value: object, indent: int, texts: Texts) -> str:
    if isinstance(value, str):
        return ("\n" in value and texts.block(value, indent)) or texts[value]
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
