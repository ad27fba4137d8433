from __future__ import annotations

import pytest

from hybridcompose.spec.timestamp import Timestamp


@pytest.mark.parametrize(
    ("text", "canonical", "shown"),
    [
        ("2020-01-02", "2020-01-02T00:00:00Z", "2020-01-02 00:00:00 +0000 UTC"),
        ("2020-1-2", "2020-01-02T00:00:00Z", "2020-01-02 00:00:00 +0000 UTC"),
        ("2020-01-02T3:4:5Z", "2020-01-02T03:04:05Z", "2020-01-02 03:04:05 +0000 UTC"),
        ("2020-01-02t10:00:00+02:00", "2020-01-02T10:00:00+02:00", "2020-01-02 10:00:00 +0200 +0200"),
        ("2020-01-02T10:00:00-00:00", "2020-01-02T10:00:00Z", "2020-01-02 10:00:00 +0000 UTC"),
        ("2020-01-02 10:00:00.50", "2020-01-02T10:00:00.5Z", "2020-01-02 10:00:00.5 +0000 UTC"),
        ("2020-01-02  10:00:00", "2020-01-02T10:00:00Z", "2020-01-02 10:00:00 +0000 UTC"),
        (
            "2020-01-02T10:00:00,1234567899Z",
            "2020-01-02T10:00:00.123456789Z",
            "2020-01-02 10:00:00.123456789 +0000 UTC",
        ),
    ],
)
def test_a_timestamp_is_read_and_printed_as_the_reference_does(text: str, canonical: str, shown: str) -> None:
    timestamp = Timestamp.parse(text)
    assert timestamp is not None
    assert timestamp.rfc3339 == canonical
    assert str(timestamp) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2020",
        "2020-13-01",
        "2020-00-01",
        "2021-02-29",
        "1900-02-29",
        "2020-04-31",
        "2020-01-02T10:00:00",
        "2020-01-02 10:00:00Z",
        "2020-01-02T24:00:00Z",
        "2020-01-02T10:60:00Z",
        "2020-01-02T10:00:60Z",
        "2020-01-02T10:00:00+0200",
        "2020-01-02T10:00:00+25:00",
        "20200-01-01",
    ],
)
def test_what_is_no_time_stays_a_string(text: str) -> None:
    assert Timestamp.parse(text) is None


def test_leap_days_are_dates() -> None:
    assert Timestamp.parse("2000-02-29")
    assert Timestamp.parse("2024-02-29")
