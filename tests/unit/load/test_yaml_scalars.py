from __future__ import annotations

import math

import pytest

from hybridcompose.load.yaml_scalars import construct, resolve, short_tag
from hybridcompose.spec.timestamp import Timestamp


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "Yes",
        "NO",
        "nULL",
        "tRue",
        "22:22",
        "1:2:3",
        "0x",
        "0o",
        "0o8",
        "0b2",
        "_1",
        "._5",
        ".e3",
        ".",
        "..",
        "nan",
        "inf",
        "1.2.3",
        "127.0.0.1",
        "1e",
        "1-2",
        "-",
        "+",
        "<<",
        "2001-13-01",
        "2001-02-29",
        "2001-01-01T10:00:00",
        "0xFFFFFFFFFFFFFFFFF",
        "1e400",
    ],
)
def test_what_yaml_1_2_does_not_type_is_a_string(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("+1", 1),
        ("+0", 0),
        ("0440", 0o440),
        ("0o440", 0o440),
        ("0O17", 15),
        ("0x1F", 31),
        ("-0X1f", -31),
        ("0b1", 1),
        ("1_000", 1000),
        ("1_", 1),
        ("18446744073709551615", (1 << 64) - 1),
        ("-9223372036854775808", -(1 << 63)),
    ],
)
def test_integers_are_read_in_all_of_their_bases(text: str, number: int) -> None:
    value = resolve(text)
    assert value == number
    assert type(value) is int


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e3", 1000.0),
        ("08", 8.0),
        ("09", 9.0),
        ("1.", 1.0),
        (".5", 0.5),
        (".5_0", 0.5),
        ("-.5", -0.5),
        ("18446744073709551616", 18446744073709551616.0),
        ("+9223372036854775808", 9223372036854775808.0),
        ("-.inf", -math.inf),
    ],
)
def test_floats_include_integers_that_are_too_large_or_falsely_octal(text: str, number: float) -> None:
    value = resolve(text)
    assert value == number
    assert type(value) is float


def test_minus_zero_is_a_float_with_its_sign() -> None:
    assert math.copysign(1, resolve("-0")) == -1  # type: ignore[arg-type]  # a float, as the name says


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_has_five_spellings(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize(("text", "value"), [("true", True), ("TRUE", True), ("False", False)])
def test_booleans_are_true_and_false_alone(text: str, value: bool) -> None:
    assert resolve(text) is value


@pytest.mark.parametrize("text", ["2001-01-01", "2001-1-1", "2000-02-29", "2001-01-01T10:00:00Z", "2001-01-01 1:2:3.5"])
def test_dates_are_timestamps(text: str) -> None:
    assert isinstance(resolve(text), Timestamp)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("!!str", "12", "12"),
        ("!!int", "0x10", 16),
        ("!!float", "1", 1.0),
        ("!!bool", "true", True),
        ("!!null", "", None),
        ("!!binary", "aGk=", "hi"),
        ("!custom", "12", "12"),
        ("!!set", "12", "12"),
    ],
)
def test_a_tag_decides_the_type_and_an_unknown_one_makes_text(tag: str, text: str, value: object) -> None:
    assert construct(tag, text) == value


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("!!int", "x"),
        ("!!int", "1.5"),
        ("!!bool", "yes"),
        ("!!null", "x"),
        ("!!float", "true"),
        ("!!binary", "?"),
        ("!!timestamp", "1"),
    ],
)
def test_text_that_does_not_fit_its_tag_is_refused(tag: str, text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        construct(tag, text)


def test_tags_of_the_yaml_namespace_are_shortened() -> None:
    assert short_tag("tag:yaml.org,2002:int") == "!!int"
    assert short_tag("!reset") == "!reset"
