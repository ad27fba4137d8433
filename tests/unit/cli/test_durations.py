from __future__ import annotations

import time

import click
import pytest

from hybridcompose.cli.durations import DURATION, MOMENT


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90.0), ("1h30m", 5_400.0), ("7d", 604_800.0), ("1500ms", 1.5)])
def test_a_duration_is_written_as_in_compose_files(text: str, seconds: float) -> None:
    assert DURATION.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["5", "soon", "0s", "-1h"])
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        DURATION.convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T13:00:00Z", 1_769_864_400.0),
        ("2026-01-31T14:00:00.5+01:00", 1_769_864_400.5),
        ("1769864400", 1_769_864_400.0),
        ("1769864400.25", 1_769_864_400.25),
    ],
)
def test_a_moment_is_a_date_or_a_number_of_seconds(text: str, moment: float) -> None:
    assert MOMENT.convert(text, None, None) == moment


def test_a_moment_is_a_span_of_time_ago_too() -> None:
    before = time.time()
    assert before - 600 <= MOMENT.convert("10m", None, None) <= time.time() - 600


@pytest.mark.parametrize("text", ["soon", "2026-13-01T00:00:00Z", ""])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is neither a time"):
        MOMENT.convert(text, None, None)
