from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from hybridcompose.spec.scalars import (
    Bool,
    Bytes,
    Duration,
    Environment,
    FileMode,
    Float,
    Float32,
    Int,
    Labels,
    text_of,
)
from hybridcompose.spec.timestamp import Timestamp

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "nanoseconds", "canonical"),
    [
        ("0", 0, "0s"),
        ("-0", 0, "0s"),
        ("10s", 10 * SECOND, "10s"),
        ("1m30s", 90 * SECOND, "1m30s"),
        ("1h", 3600 * SECOND, "1h0m0s"),
        ("1d", 86400 * SECOND, "24h0m0s"),
        ("1w2d", 777600 * SECOND, "216h0m0s"),
        ("500ms", SECOND // 2, "500ms"),
        ("1.5h", 5400 * SECOND, "1h30m0s"),
        (".5s", SECOND // 2, "500ms"),
        ("1.s", SECOND, "1s"),
        ("1500us", 1_500_000, "1.5ms"),
        ("2µs", 2_000, "2µs"),
        ("2μs", 2_000, "2µs"),
        ("3ns", 3, "3ns"),
        ("-1m", -60 * SECOND, "-1m0s"),
        ("+1s1s", 2 * SECOND, "2s"),
        ("0.333333333333333333333h", 1200 * SECOND, "20m0s"),
        ("9223372036854775807ns", (1 << 63) - 1, "2562047h47m16.854775807s"),
    ],
)
def test_durations_are_read_and_printed_as_the_reference_does(text: str, nanoseconds: int, canonical: str) -> None:
    duration = Duration.parse(text)
    assert duration == nanoseconds
    assert str(duration) == canonical
    assert (duration.whole_seconds, duration.is_whole_seconds) == (nanoseconds // SECOND, nanoseconds % SECOND == 0)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("10", "missing unit"),
        ("1x", "unknown unit 'x'"),
        ("1m 30s", "unknown unit 'm '"),
        ("1 s", "unknown unit"),
        (" 1s", "invalid duration"),
        ("", "invalid duration"),
        ("-", "invalid duration"),
        ("s", "invalid duration"),
        (".s", "invalid duration"),
        ("1e3s", "unknown unit 'e'"),
        ("9223372036854775808ns", "too long"),
        ("٣s", "invalid duration"),
        (10, "with a unit"),
    ],
)
def test_a_duration_that_the_reference_refuses_is_explained(value: object, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        Duration.parse(value)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (52428800, 52428800),
        ("52428800", 52428800),
        ("50M", 50 << 20),
        ("50mb", 50 << 20),
        ("50MiB", 50 << 20),
        ("1g", 1 << 30),
        ("1 k", 1024),
        ("0.5k", 512),
        (".5k", 512),
        ("1.9", 1),
        ("1e3", 1000),
        ("2p", 2 << 50),
        ("7b", 7),
        ("-1", -1),
        ("+5", 5),
        (1e9, 0),
        (1.5, 0),
    ],
)
def test_sizes_are_binary_and_floats_without_quotes_count_for_nothing(value: object, size: int) -> None:
    assert Bytes.parse(value) == size
    assert str(Bytes.parse(value)) == str(size)


@pytest.mark.parametrize(
    "value",
    ["", "k", "1  k", " 1k", "1k ", "1kk", "1ki", "1bb", "1e", "-1k", "0x10", "1x", "inf", "9e30", True, None, [1]],
)
def test_a_size_that_cannot_be_meant_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="size"):
        Bytes.parse(value)


@pytest.mark.parametrize(
    ("value", "mode", "text"), [("0440", 0o440, "0440"), ("440", 0o440, "0440"), (288, 288, "0440")]
)
def test_file_modes_are_octal_as_text_and_decimal_as_numbers(value: object, mode: int, text: str) -> None:
    assert FileMode.parse(value) == mode
    assert str(FileMode.parse(value)) == text


@pytest.mark.parametrize("value", ["0o440", "8", "", "rw", 288.0, True, "777 "])
def test_other_file_modes_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="file mode"):
        FileMode.parse(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (12345678901234567890, "12345678901234567890"),
        (1000.0, "1000"),
        (100000.0, "100000"),
        (1e6, "1e+06"),
        (123456789.5, "1.234567895e+08"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (0.0001, "0.0001"),
        (0.00001234, "1.234e-05"),
        (1e100, "1e+100"),
        (-0.0, "-0"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
        (Timestamp("2020-01-01"), "2020-01-01 00:00:00 +0000 UTC"),
    ],
)
def test_scalars_are_printed_as_go_prints_them(value: object, text: str) -> None:
    assert text_of(value) == text


class Sample(BaseModel):
    flag: Bool = False
    number: Int = 0
    ratio: Float = 0.0
    cpus: Float32 = 0.0
    environment: Environment = {}
    labels: Labels = {}


@pytest.mark.parametrize(
    ("key", "value", "result"),
    [
        ("flag", "yes", True),
        ("flag", "On", True),
        ("flag", "N", False),
        ("number", "+5", 5),
        ("number", "-5", -5),
        ("number", 1.9, 1),
        ("ratio", "0x1p-1", 0.5),
        ("ratio", "1_0.5", 10.5),
        ("ratio", 1, 1.0),
        ("cpus", 0.123456789, 0.12345679),
        ("cpus", "0.1", 0.1),
        ("environment", ["A=1", "B", "A=2=3"], {"A": "2=3", "B": None}),
        ("environment", {"A": 1e8, "B": None, "C": True}, {"A": "1e+08", "B": None, "C": "true"}),
        ("labels", ["a", "b=c"], {"a": "", "b": "c"}),
        ("labels", {"d": Timestamp("2020-01-01")}, {"d": "2020-01-01 00:00:00 +0000 UTC"}),
    ],
)
def test_loosely_written_values_are_cast_as_the_reference_casts_them(key: str, value: Any, result: Any) -> None:
    assert getattr(Sample.model_validate({key: value}), key) == result


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("flag", "1"),
        ("flag", ""),
        ("number", "1_0"),
        ("number", "1.5"),
        ("number", "٣"),
        ("number", "9223372036854775808"),
        ("ratio", " 1"),
        ("ratio", "1e400"),
        ("environment", ["A =1"]),
        ("environment", {"A": [1]}),
        ("labels", [1]),
    ],
)
def test_values_that_the_reference_cannot_cast_are_refused(key: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({key: value})
