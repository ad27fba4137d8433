"""Strings and numbers in YAML, so that YAML 1.1 and YAML 1.2 parsers read back exactly what was meant.

kubectl resolves plain scalars by the rules of YAML 1.1 (``y``, ``on``, ``1_000``, ``22:22``), others by those of 1.2
(``0o17``). A string is plain only where no parser can take it for anything else; JSON's quoting is valid in both.
"""

from __future__ import annotations

import math
import re
from json.encoder import encode_basestring

# Starts like a word, a path or an option; a space or colon stands only between two other characters.
# Possessive: what is remembered for going back would be a hundred times the text.
_SAFE = "[A-Za-z0-9_./@=+,%$()~-]"
_PLAIN = re.compile(rf"-{{0,2}}[A-Za-z_/]{_SAFE}*+(?:[ :]{_SAFE}++)*+")
_RESERVED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"))
_LONGEST_RESERVED = len("--infinity")
# What JSON leaves as it is and YAML does not allow (or would take for a line break).
_UNPRINTABLE = "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
# What a literal block cannot hold.
_NOT_IN_BLOCK = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def string(text: str) -> str:
    """``text`` on one line: plain where that is safe beyond doubt, else in double quotes."""
    if _PLAIN.fullmatch(text) and (len(text) > _LONGEST_RESERVED or text.lstrip("-").lower() not in _RESERVED):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """``text`` in double quotes. Only what YAML cannot hold as it is gets escaped, so that people can read it."""
    escaped: str = encode_basestring(text)
    return escaped if escaped.isascii() and "\x7f" not in escaped else re.sub(_UNPRINTABLE, _escape, escaped)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def block(text: str, indent: int) -> str | None:
    """``text`` as a literal block whose lines are indented by ``indent``, or ``None`` where it cannot be one.

    A block holds several lines of printable text. Carriage returns, other line breaks and control characters
    would be changed by a parser, and text that is nothing but blank has no indentation of its own.
    """
    if "\n" not in text[:-1] or text.isspace() or _NOT_IN_BLOCK.search(text):
        return None
    # The indentation of text that starts blank cannot be seen: it is written down (always two beyond the parent's).
    indicator = "2" if text[0] in " \t\n" else ""
    chomping = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    pad = " " * indent
    lines = text.removesuffix("\n").split("\n")
    return "\n".join([f"|{indicator}{chomping}", *(pad + line if line else "" for line in lines)])


def number(value: float) -> str:
    """An integer or a finite float. A float keeps its point: YAML 1.1 knows none without."""
    if isinstance(value, int):
        return str(int(value))
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number in JSON")
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}.0{exponent}{power}" if exponent and "." not in mantissa else f"{mantissa}{exponent}{power}"
