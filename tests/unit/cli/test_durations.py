from __future__ import annotations

import click
import pytest

from hybridcompose.cli.durations import DURATION


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90.0), ("1h30m", 5_400.0), ("7d", 604_800.0), ("1500ms", 1.5)])
def test_a_duration_is_written_as_in_compose_files(text: str, seconds: float) -> None:
    assert DURATION.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["5", "soon", "0s", "-1h"])
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        DURATION.convert(text, None, None)
