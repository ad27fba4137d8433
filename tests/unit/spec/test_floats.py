from __future__ import annotations

import math

import pytest

from hybridcompose.spec.floats import parse_float, single_precision


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.", 1.0),
        (".5", 0.5),
        ("1_0", 10.0),
        ("1e1_0", 1e10),
        ("0x1p-2", 0.25),
        ("0x_1p0", 1.0),
        ("+Inf", math.inf),
        ("-infinity", -math.inf),
        ("1e-400", 0.0),
    ],
)
def test_floats_are_read_in_gos_notations(text: str, value: float) -> None:
    assert parse_float(text) == value


@pytest.mark.parametrize(
    "text", ["", " 1", "1__0", "_1", "1_", "1_.5", "1e", "1e400", "0x1", "0x1p9999", "-nan", "٣", "1,5"]
)
def test_other_notations_and_numbers_out_of_range_are_none(text: str) -> None:
    assert parse_float(text) is None


@pytest.mark.parametrize(
    ("value", "single"), [(0.1, 0.1), (0.123456789, 0.12345679), (16777217.0, 16777216.0), (1.5, 1.5), (0.0, 0.0)]
)
def test_single_precision_has_the_fewest_digits(value: float, single: float) -> None:
    assert single_precision(value) == single
