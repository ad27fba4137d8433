"""The scalar types of the Compose vocabulary that carry a unit or a notation.

Each is an ``int`` (or ``str``) of its own, so that a duration is never mistaken for a size, and prints
itself as the reference's canonical form does. Source: Compose Specification, "Specifying durations"
and "Specifying byte values".
"""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, NewType, Self

from pydantic import BeforeValidator
from pydantic_core import core_schema

from hybridcompose.spec.floats import float_text, parse_float, single_precision
from hybridcompose.spec.timestamp import Timestamp

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
_DURATION_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^.0-9]*)")
_SIZE = re.compile(r"(.*[0-9.]) ?([^0-9. ]*)", re.DOTALL)
_SIZE_SUFFIX = re.compile(r"(?:([kmgtp])(?:b|ib)?|b)?", re.IGNORECASE)
_SIZE_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40, "p": 50}
_INTEGER = re.compile(r"[+-]?[0-9]{1,64}")
_MAX_DIGITS = 64
_INT64 = range(-(1 << 63), 1 << 63)


class _Scalar(int):
    """An integer that pydantic reads through ``parse`` and that prints itself canonically."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def parse(cls, value: object) -> Self:
        """The scalar that a YAML value stands for. Raises ``ValueError``, saying what to write."""

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
        text = value[1:] if value[:1] in ("-", "+") else value
        if text == "0":
            return cls(0)
        if not text:
            raise _invalid_duration(value)
        # A part that is repeated is computed once. The last match is the empty one at the end.
        parts = Counter(_DURATION_PART.findall(text)[:-1])
        total = 0
        for (whole, fraction, unit), count in parts.items():
            if not (whole or fraction):
                raise _invalid_duration(value)
            total += _nanoseconds(value, whole, fraction, unit) * count
        if total not in _INT64:
            raise ValueError(f"duration {value!r} is too long: at most 15250 weeks")
        return cls(-total if value[0] == "-" else total)

    @property
    def whole_seconds(self) -> int:
        """The number of seconds, rounded down."""
        return int(self) // 1_000_000_000

    @property
    def is_whole_seconds(self) -> bool:
        return int(self) % 1_000_000_000 == 0

    def __str__(self) -> str:
        left = abs(int(self))
        sign = "-" if self < 0 else ""
        if left == 0:
            return "0s"
        for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
            if left < size * 1_000 and left < 1_000_000_000:
                return f"{sign}{_decimal(left, size)}{unit}"
        hours, left = divmod(left, _NANOSECONDS["h"])
        minutes, left = divmod(left, _NANOSECONDS["m"])
        seconds = _decimal(left, 1_000_000_000)
        if hours:
            return f"{sign}{hours}h{minutes}m{seconds}s"
        if minutes:
            return f"{sign}{minutes}m{seconds}s"
        return f"{sign}{seconds}s"

    __repr__ = __str__


def _invalid_duration(value: str) -> ValueError:
    return ValueError(f"invalid duration {value!r}: write a number and a unit, such as '10s' or '1m30s'")


def _nanoseconds(value: str, whole: str, fraction: str, unit: str) -> int:
    if not unit:
        raise ValueError(f"missing unit in duration {value!r}: write '{value}s' for seconds")
    if unit not in _NANOSECONDS:
        raise ValueError(f"unknown unit {unit!r} in duration {value!r}: use ns, us, ms, s, m, h, d or w")
    numerator, scale = 0, 1
    for digit in fraction:
        # Digits of a fraction beyond 64 bits don't count, and the product is a float's: as the reference computes it.
        if numerator * 10 + int(digit) not in _INT64:
            break
        numerator, scale = numerator * 10 + int(digit), scale * 10
    if len(whole) > _MAX_DIGITS:
        raise ValueError(f"duration {value[:_MAX_DIGITS]!r} is too long: write at most 15250 weeks")
    part = int(float(numerator) * (float(_NANOSECONDS[unit]) / float(scale)))
    return int(whole or 0) * _NANOSECONDS[unit] + part


def _decimal(value: int, unit: int) -> str:
    """``value`` of a power of ten ``unit``, with as many decimals as it needs."""
    whole, rest = divmod(value, unit)
    decimals = len(str(unit)) - 1
    return f"{whole}.{rest:0{decimals}d}".rstrip("0") if rest else str(whole)


class Bytes(_Scalar):
    """A size in bytes. Compose's units are binary: ``50M`` is 52,428,800."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: object) -> Self:
        if isinstance(value, bool) or not isinstance(value, (int, float, str, Timestamp)):
            raise ValueError("must be a size, such as 512m or 1g")
        if isinstance(value, int):
            return cls(value)
        if not isinstance(value, str):
            # The reference takes no notice of a size that is written as a float (`1.5`, `1e9`) or a date.
            return cls(0)
        if _INTEGER.fullmatch(value) and int(value) in _INT64:
            return cls(int(value))
        match = _SIZE.fullmatch(value)
        suffix = _SIZE_SUFFIX.fullmatch(match[2]) if match else None
        number = parse_float(match[1]) if match else None
        if suffix and number is not None and 0 <= number < math.inf:
            size = int(number * (1 << _SIZE_UNITS[(suffix[1] or "").lower()]))
            if size in _INT64:
                return cls(size)
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
            if not re.fullmatch(r"[+-]?[0-7]+", value):
                raise ValueError(f'invalid file mode {value!r}: write octal digits, such as "0440"')
            return cls(int(value, 8))
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError('must be a file mode, such as "0440"')
        return cls(value)

    def __str__(self) -> str:
        return f"0{int(self):o}"

    __repr__ = __str__


def digits(text: str) -> int | None:
    """The number that decimal digits say; ``None`` for any other text, and for more digits than any number here has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS else None


def text_of(value: object) -> str:
    """A YAML scalar as the reference prints it where a string is expected (Go's ``%v``)."""
    if isinstance(value, str):
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float):
        return float_text(value)
    return printed(value) if isinstance(value, dict | list) else str(value)


def printed(value: object) -> str:
    """The same of any value, as far down as it goes."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{printed(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(printed, value))}]"
    return "<nil>" if value is None else text_of(value)


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
    if isinstance(value, str):
        if _INTEGER.fullmatch(value) and int(value) in _INT64:
            return int(value)
        raise ValueError(f"invalid number {value!r}: write digits only")
    if isinstance(value, int) and value not in _INT64:
        raise ValueError(f"the number {value} is too large: write one of at most 19 digits")
    # The schema has refused fractions where it wants integers; where it wants numbers the reference truncates.
    return int(value) if isinstance(value, float) and math.isfinite(value) else value


def _unsigned(value: object) -> object:
    if isinstance(value, str):
        raise ValueError("must be a number: write it without quotes")
    number = _int(value)
    if isinstance(number, int) and number < 0:
        raise ValueError("must not be negative: write 0 or more")
    return number


def _float(value: object) -> object:
    if isinstance(value, str):
        number = parse_float(value)
        if number is None:
            raise ValueError(f"invalid number {value!r}: write it like 0.5")
        return number
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _float32(value: object) -> object:
    number = _float(value)
    return single_precision(number) if isinstance(number, float) else number


def _text(value: object) -> object:
    return text_of(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def mapping_of(value: object, read: Callable[[object], Any], unset: Any) -> object:
    """The ``KEY=value`` list or mapping form of a key as a dict; a key without ``=`` maps to ``unset``."""
    if isinstance(value, dict):
        for entry in value.values():
            if entry is not None and not isinstance(entry, (str, int, float, Timestamp)):
                raise ValueError("values must be a string, number, boolean or null")
        return {key: read(entry) for key, entry in value.items()}
    if isinstance(value, list):
        pairs: dict[str, Any] = {}
        for entry in value:
            if isinstance(entry, Timestamp):
                entry = str(entry)  # noqa: PLW2901  (the text that it stands for)
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


def _whole_texts(value: object) -> object:
    """A mapping whose values may be whole numbers: fractions have no one notation, so they are refused."""
    if not isinstance(value, dict):
        raise ValueError("must be a mapping")
    return {key: "" if entry is None else whole_text(entry) for key, entry in value.items()}


def whole_text(value: object) -> object:
    """A whole number as text; everything else as it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value in _INT64 else value


def _options(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping")
    return {key: text_of(entry) for key, entry in value.items()}


def refuse_timestamp(value: object) -> None:
    """A date is a tuple, and must not be taken for a list of texts."""
    if isinstance(value, Timestamp):
        raise ValueError("must be text, and this is a date: write it in quotes")


def _strings(value: object) -> object:
    refuse_timestamp(value)
    return [value] if isinstance(value, str) else value


def _texts(value: object) -> object:
    return [_text(entry) for entry in value] if isinstance(value, list) else value


Bool = Annotated[bool, BeforeValidator(_bool)]
Int = Annotated[int, BeforeValidator(_int)]
Unsigned = Annotated[int, BeforeValidator(_unsigned)]
Float = Annotated[float, BeforeValidator(_float)]
Float32 = Annotated[float, BeforeValidator(_float32)]
Text = Annotated[str, BeforeValidator(_text)]
Environment = Annotated[dict[str, str | None], BeforeValidator(_environment)]
Labels = Annotated[dict[str, str], BeforeValidator(_labels)]
WholeTexts = Annotated[dict[str, str], BeforeValidator(_whole_texts)]
Options = Annotated[dict[str, str], BeforeValidator(_options)]
