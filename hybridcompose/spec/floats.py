"""Floating-point numbers in the notations that the reference reads and prints (Go's)."""

from __future__ import annotations

import math
import re

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# Patterns that few projects need are left to re's own cache, which compiles them at their first use.
_HEXADECIMAL = r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+"
_NAMED_FLOAT = r"(?i:[+-]?inf(?:inity)?|nan)"
_STRAY_UNDERSCORE = r"(?<![0-9])_|_(?![0-9])"
_STRAY_UNDERSCORE_HEX = r"(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])"


def parse_float(text: str) -> float | None:
    """A float as Go's ``strconv.ParseFloat`` reads it, ``None`` where that refuses; beyond its range too."""
    if "_" in text:
        hexadecimal = text.lstrip("+-")[:2].lower() == "0x"
        if re.search(_STRAY_UNDERSCORE_HEX if hexadecimal else _STRAY_UNDERSCORE, text):
            return None
        text = text.replace("_", "")
    if _DECIMAL.fullmatch(text):
        value = float(text)
        return value if math.isfinite(value) else None
    if re.fullmatch(_HEXADECIMAL, text):
        try:
            return float.fromhex(text)
        except OverflowError:
            return None
    return float(text) if re.fullmatch(_NAMED_FLOAT, text) else None


def single_precision(value: float) -> float:
    """The number with the fewest digits that rounds to the same 32-bit float: what the reference prints of it."""
    import struct

    try:
        (rounded,) = struct.unpack("f", struct.pack("f", value))
    except OverflowError:
        return value
    candidates = (float(f"{rounded:.{digits}g}") for digits in range(1, 10))
    return next((short for short in candidates if struct.pack("f", short) == struct.pack("f", value)), value)


def float_text(value: float) -> str:
    """A float in Go's shortest form: with an exponent (of two digits or more) below -4 and from 6 on."""
    if not math.isfinite(value):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    from decimal import Decimal

    sign, digits, scale = Decimal(repr(value)).normalize().as_tuple()
    shown = "".join(map(str, digits))
    minus = "-" if sign else ""
    if not value:
        return f"{minus}0"
    power = int(scale) + len(shown) - 1
    if -4 <= power < 6:
        return f"{minus}{Decimal((0, digits, int(scale))):f}"
    fraction = f".{shown[1:]}" if shown[1:] else ""
    return f"{minus}{shown[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
