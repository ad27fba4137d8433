"""The scalar types of the Compose vocabulary that carry a unit or a notation.

Each is an ``int`` (or ``str``) of its own, so that a duration is never mistaken for a size, and prints
itself as the reference's canonical form does. Source: Compose Specification, "Specifying durations"
and "Specifying byte values".
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, NewType, Self

from pydantic import BeforeValidator
from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler

ServiceName = NewType("ServiceName", str)
ImageRef = NewType("ImageRef", str)

_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
    "w": 604_800_000_000_000,
}
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)([a-zµμ]*)")
_SIZE = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))\s*([a-z]*)", re.IGNORECASE)
_SIZE_UNITS = {"": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40, "p": 50}
_INTEGER = re.compile(r"[+-]?\d+")


class _Scalar(int):
    """An integer that pydantic reads through ``parse`` and that prints itself canonically."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: object) -> Self:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)


class Duration(_Scalar):
    """A span of time in nanoseconds; ``str()`` gives Go's notation (``1m30s``)."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: object) -> Self:
        if isinstance(value, Duration):
            return cls(value)
        if not isinstance(value, str):
            raise ValueError("must be a duration with a unit, such as '10s' or '1m30s'")
        text = value.strip()
        sign = -1 if text.startswith("-") else 1
        text = text.lstrip("+-") if text[:1] in "+-" else text
        if text == "0":
            return cls(0)
        position = 0
        total = Fraction(0)
        for part in _DURATION_PART.finditer(text):
            if part.start() != position:
                break
            if not part[2]:
                raise ValueError(f"missing unit in duration {value!r}: write {part[1]}s, {part[1]}m or {part[1]}ms")
            if part[2] not in _NANOSECONDS:
                raise ValueError(f"unknown unit {part[2]!r} in duration {value!r}: use ms, s, m or h")
            total += Fraction(part[1]) * _NANOSECONDS[part[2]]
            position = part.end()
        if not text or position != len(text):
            raise ValueError(f"invalid duration {value!r}: write a number and a unit, such as '10s' or '1m30s'")
        return cls(sign * int(total))

    @property
    def seconds(self) -> Fraction:
        """The exact number of seconds."""
        return Fraction(int(self), 1_000_000_000)

    def __str__(self) -> str:
        left = abs(int(self))
        sign = "-" if self < 0 else ""
        if left == 0:
            return "0s"
        for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
            if left < size * 1_000 and left < 1_000_000_000:
                return f"{sign}{_decimal(Fraction(left, size))}{unit}"
        hours, left = divmod(left, _NANOSECONDS["h"])
        minutes, left = divmod(left, _NANOSECONDS["m"])
        seconds = _decimal(Fraction(left, 1_000_000_000))
        if hours:
            return f"{sign}{hours}h{minutes}m{seconds}s"
        if minutes:
            return f"{sign}{minutes}m{seconds}s"
        return f"{sign}{seconds}s"

    __repr__ = __str__


def _decimal(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    whole, rest = divmod(value, 1)
    return f"{int(whole)}.{int(rest * 1_000_000_000):09d}".rstrip("0")


class Bytes(_Scalar):
    """A size in bytes. Compose's units are binary: ``50M`` is 52,428,800."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: object) -> Self:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError("must be a size, such as 512m or 1g")
        if isinstance(value, (int, float)):
            return cls(int(value))
        if _INTEGER.fullmatch(value):
            return cls(int(value))
        match = _SIZE.fullmatch(value.strip())
        if match:
            unit = match[2].lower()
            unit = unit.removesuffix("b").removesuffix("i") if len(unit) > 1 else unit
            if unit in _SIZE_UNITS and not match[1].startswith("-"):
                return cls(int(Fraction(match[1]) * (1 << _SIZE_UNITS[unit])))
        raise ValueError(f"invalid size {value!r}: write a number and b, k, m or g, such as 512m")

    def __str__(self) -> str:
        return str(int(self))

    __repr__ = __str__


class FileMode(_Scalar):
    """The permission bits of a mounted file; prints as an octal literal (``0440``)."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: object) -> Self:
        if isinstance(value, str):
            try:
                return cls(int(value, 8))
            except ValueError:
                raise ValueError(f'invalid file mode {value!r}: write octal digits, such as "0440"') from None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError('must be a file mode, such as "0440"')
        return cls(int(value))

    def __str__(self) -> str:
        return f"0{int(self):o}"

    __repr__ = __str__


def text_of(value: object) -> str:
    """A YAML scalar as the reference prints it where a string is expected (Go's ``%v``)."""
    if isinstance(value, str):
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float):
        return _go_float(value)
    return str(value)


def _go_float(value: float) -> str:
    """A float in Go's shortest form: an exponent below -4 or from 21 on, two digits in it."""
    if not math.isfinite(value):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    digits = repr(value)
    mantissa, _, exponent = f"{value:e}".partition("e")
    power = int(exponent)
    if -4 <= power < 21:
        return f"{value:.0f}" if value == int(value) else (digits if "e" not in digits else f"{value:.20f}".rstrip("0"))
    mantissa = digits.partition("e")[0].removesuffix(".0") if "e" in digits else mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _bool(value: object) -> object:
    if isinstance(value, str):
        lowered = value.lower()
        if lowered in ("true", "y", "yes", "on"):
            return True
        if lowered in ("false", "n", "no", "off"):
            return False
        raise ValueError(f"invalid boolean: {value}")
    return value


def _int(value: object) -> object:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _float(value: object) -> object:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise ValueError(f"invalid number: {value}") from None
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _text(value: object) -> object:
    return text_of(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def mapping_of(value: object, read: Callable[[object], Any], unset: Any) -> object:
    """The ``KEY=value`` list or mapping form of a key as a dict; a key without ``=`` maps to ``unset``."""
    if isinstance(value, dict):
        for entry in value.values():
            if entry is not None and not isinstance(entry, (str, int, float)):
                raise ValueError("values must be a string, number, boolean or null")
        return {key: read(entry) for key, entry in value.items()}
    if isinstance(value, list):
        pairs: dict[str, Any] = {}
        for entry in value:
            if not isinstance(entry, str):
                raise ValueError(f"entries must be strings of the form KEY=value, not {text_of(entry)!r}")
            key, equals, rest = entry.partition("=")
            if key and key[-1].isspace():
                raise ValueError(f"variable {key!r} is declared with a trailing space")
            pairs[key] = rest if equals else unset
        return pairs
    raise ValueError("must be a mapping or a list of KEY=value")


def _environment(value: object) -> object:
    return mapping_of(value, lambda entry: None if entry is None else text_of(entry), None)


def _labels(value: object) -> object:
    return mapping_of(value, text_of, "")


def _options(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping")
    return {key: text_of(entry) for key, entry in value.items()}


def _strings(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _texts(value: object) -> object:
    return [_text(entry) for entry in value] if isinstance(value, list) else value


Bool = Annotated[bool, BeforeValidator(_bool)]
Int = Annotated[int, BeforeValidator(_int)]
Float = Annotated[float, BeforeValidator(_float)]
Text = Annotated[str, BeforeValidator(_text)]
Environment = Annotated[dict[str, str | None], BeforeValidator(_environment)]
Labels = Annotated[dict[str, str], BeforeValidator(_labels)]
Options = Annotated[dict[str, str], BeforeValidator(_options)]
