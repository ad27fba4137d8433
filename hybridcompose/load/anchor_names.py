"""Anchor names that the reference reads and libyaml refuses, such as ``&base.env``.

The reference allows all of printable ASCII but colons, commas and brackets; libyaml letters, digits, ``-`` and ``_``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml.error import MarkedYAMLError

if TYPE_CHECKING:
    from yaml.error import YAMLError

_CONTEXTS: Final = ("while scanning an anchor", "while scanning an alias")
_NAME: Final = r"[&*]([^\x00-\x20\x7f-\U0010ffff,:\[\]{}]+)"
_FOREIGN: Final = r"[^0-9A-Za-z_-]"
_FILLERS: Final = "_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def with_readable_anchor(text: str, error: YAMLError, renamed: dict[str, str]) -> str | None:
    """``text`` with the anchor name that ``error`` complains about replaced by one that libyaml reads.

    The new name is as long, so that all columns stay, and is the same wherever the old one stands (``renamed``
    remembers it). ``None`` if the error is about something else.
    """
    if not isinstance(error, MarkedYAMLError) or error.context not in _CONTEXTS or error.context_mark is None:
        return None
    found = re.compile(_NAME).match(text, error.context_mark.index)
    if found is None or not re.search(_FOREIGN, found[1]):
        return None
    name = found[1]
    if name not in renamed:
        candidates = (re.sub(_FOREIGN, filler, name) for filler in _FILLERS)
        fresh = (new for new in candidates if f"&{new}" not in text and new not in renamed.values())
        renamed[name] = next(fresh, "")
    return text[: found.start(1)] + renamed[name] + text[found.end(1) :] if renamed[name] else None


def repaired(text: bytes | str, error: YAMLError, renamed: dict[str, str], data: bytes, file: str) -> str:
    """The file with an anchor name that only libyaml refuses replaced; any other ``error`` is raised as a finding."""
    from hybridcompose.load.yaml_errors import text_of_file, translated

    readable = with_readable_anchor(text_of_file(text), error, renamed)
    if readable is None:
        raise translated(error, data, file) from error
    return readable
