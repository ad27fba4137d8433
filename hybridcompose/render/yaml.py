"""A writer for JSON-like data as YAML. Property: every YAML parser reads back what was written.

A writer of our own is several times faster than libyaml's emitter behind PyYAML, whose output means something else
to kubectl for a dozen awkward strings (``y``, ``1e3``, ``0o17``).
"""

from __future__ import annotations

from functools import lru_cache
from sys import getrefcount
from typing import Any

from hybridcompose.render.keys import in_reading_order
from hybridcompose.render.scalars import block, number, string

#: A YAML parser looks for the colon of a key on the same line within this many characters.
_LONGEST_KEY = 1000


def _references(holder: dict[str, Any]) -> int:
    value = holder["value"]
    return getrefcount(value)


#: The references to a value that one object alone holds, counted where it is looked at. More of them are a hint that
#: others hold it, too: it is written once. A wrong hint costs a moment, and changes nothing.
_ALONE = _references({"value": {}})


class Texts(dict[str, str]):
    """What is written more than once, each worked out once: most of a plan says the same again.

    The entries are strings on one line. ``blocks`` are strings of several lines, by text and indent; ``parts`` are
    mappings that several objects share, by identity and by what stands before them. One for each stream, whose objects
    stay as they are meanwhile, and no longer: they may be secret.
    """

    def __init__(self) -> None:
        self.blocks: dict[tuple[str, int], str | None] = {}
        self.parts: dict[tuple[int, str], str] = {}

    def __missing__(self, text: str) -> str:
        self[text] = written = string(text)
        return written

    def block(self, text: str, indent: int) -> str | None:
        if (text, indent) not in self.blocks:
            self.blocks[text, indent] = block(text, indent)
        return self.blocks[text, indent]

    def part(self, mapping: dict[str, Any], pad: str, lead: str) -> str:
        known = self.parts.get((id(mapping), lead))
        if known is None:
            lines: list[str] = []
            _mapping(mapping, pad, lead, lines, self)
            self.parts[id(mapping), lead] = known = "\n".join(lines)
        return known


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


@lru_cache(maxsize=2048)
def _heads(keys: tuple[str, ...], pad: str, lead: str) -> tuple[tuple[str, str], ...]:
    """Keys of one mapping in reading order, each with all that stands before its value.

    The same few hundred mappings have all objects, at the same places.
    """
    heads = []
    for key in in_reading_order(keys):
        name = string(key)
        heads.append((key, f"{lead}{name}:" if len(name) <= _LONGEST_KEY else f"{lead}? {name}\n{pad}:"))
        lead = pad
    return tuple(heads)


def _mapping(mapping: dict[str, Any], pad: str, lead: str, lines: list[str], texts: Texts) -> None:
    """Adds a mapping; ``lead`` stands before its first key (``- `` in a sequence)."""
    for key, head in _heads(tuple(mapping), pad, lead):
        value = mapping[key]
        kind = type(value)
        # Most values are texts on one line: they are told apart first.
        if kind is str and "\n" not in value:
            lines.append(f"{head} {texts[value]}")
        elif kind is int:
            lines.append(f"{head} {value}")
        elif kind is bool:
            lines.append(f"{head} true" if value else f"{head} false")
        elif (kind is dict or isinstance(value, dict)) and value:
            lines.append(head)
            inner = f"{pad}  "
            if getrefcount(value) > _ALONE:
                lines.append(texts.part(value, inner, inner))
            else:
                _mapping(value, inner, inner, lines, texts)
        elif (kind is list or isinstance(value, (list, tuple))) and value:
            lines.append(head)
            _sequence(value, pad, lines, texts)
        else:
            lines.append(f"{head} {_scalar(value, len(pad) + 2, texts)}")


def _sequence(sequence: list[Any] | tuple[Any, ...], pad: str, lines: list[str], texts: Texts) -> None:
    """Adds a list. Its dashes stand under the key that it belongs to, as kubectl prints them."""
    dash, inner = f"{pad}- ", f"{pad}  "
    for value in sequence:
        if type(value) is str and "\n" not in value:
            lines.append(dash + texts[value])
        elif isinstance(value, dict) and value:
            if getrefcount(value) > _ALONE:
                lines.append(texts.part(value, inner, dash))
            else:
                _mapping(value, inner, dash, lines, texts)
        elif isinstance(value, (list, tuple)) and value:
            lines.append(f"{pad}-")
            _sequence(value, inner, lines, texts)
        else:
            lines.append(f"{dash}{_scalar(value, len(inner), texts)}")


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
