"""What a YAML scalar means: the resolution that the reference's YAML library does.

It is YAML 1.2's core schema with leftovers of 1.1: ``yes`` and ``22:22`` are text, ``0440`` is octal, digits may
hold underscores, dates are timestamps.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from hybridcompose.spec.timestamp import Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

#: What a scalar without tag can become.
Scalar = str | int | float | bool | Timestamp | None

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys(("-0", "-0.0"), -0.0),
}
_NUMBER_STARTS: Final = frozenset("+-.0123456789")
#: The first characters (or nothing) of plain scalars that may be something else than a string.
TYPED_STARTS: Final = _NUMBER_STARTS | {word[:1] for word in _WORDS}
_INTEGER = re.compile(
    r"([+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]{0,19}))"
)
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DOT_FLOAT = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_DATE_START = re.compile(r"[0-9]{4}-")
_YAML_NAMESPACE: Final = "tag:yaml.org,2002:"


def short_tag(tag: str) -> str:
    """A tag of YAML's own namespace with two exclamation marks (``!!int``); others as they are."""
    return "!!" + tag[len(_YAML_NAMESPACE) :] if tag.startswith(_YAML_NAMESPACE) else tag


def resolve(text: str) -> Scalar:
    """The value of a plain scalar without tag."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if text[0] == ".":
        return _finite(text, text) if _DOT_FLOAT.fullmatch(text) else text
    if _DATE_START.match(text):
        timestamp = Timestamp.parse(text)
        if timestamp is not None:
            return timestamp
    return _number(text)


def _number(text: str) -> Scalar:
    digits = text.replace("_", "")
    match = _INTEGER.fullmatch(digits)
    if match and match.lastgroup:
        number = int(match[1] + match[match.lastgroup], _BASES[match.lastgroup])
        # 64 bits, signed; without a sign also unsigned
        if -(1 << 63) <= number < (1 << (63 if match[1] else 64)):
            return number
    return _finite(digits, text) if _FLOAT.fullmatch(digits) else text


def _finite(digits: str, text: str) -> Scalar:
    """The float, or the text itself where it is beyond a float's range."""
    value = float(digits)
    return value if math.isfinite(value) else text


def construct(tag: str, text: str) -> Scalar:
    """The value of a scalar with a (short) tag. Raises ``ValueError`` where the text is not of that type.

    A tag that nobody knows makes text.
    """
    read = _TAGS.get(tag)
    return text if read is None else read(text)


def _typed(name: str, kinds: tuple[type, ...]) -> Callable[[str], Scalar]:
    def read(text: str) -> Scalar:
        value = resolve(text)
        if type(value) not in kinds:
            raise ValueError(f"the value is not {name}")
        return value

    return read


def _float(text: str) -> Scalar:
    value = resolve(text)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (type(value) is int and value >= 1 << 63):
        raise ValueError("the value is not a float")
    return float(value)


def _binary(text: str) -> str:
    import binascii

    try:
        data = binascii.a2b_base64(text.replace("\n", "").replace("\r", ""), strict_mode=True)
    except binascii.Error as error:
        raise ValueError("the value is not base64") from error
    return data.decode("utf-8", errors="replace")


_TAGS: Final[dict[str, Callable[[str], Scalar]]] = {
    "!!int": _typed("an integer", (int,)),
    "!!float": _float,
    "!!bool": _typed("true or false", (bool,)),
    "!!null": _typed("null", (type(None),)),
    "!!timestamp": _typed("a timestamp", (Timestamp,)),
    "!!binary": _binary,
}
