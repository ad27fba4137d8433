from __future__ import annotations

import sys

import pytest

from benchmarks.measure import Measured, alternately, once, spread


def test_a_process_is_measured_with_its_processor_time_and_its_memory() -> None:
    idle = once([sys.executable, "-c", "import time; time.sleep(0.2)"])
    assert idle.seconds > 0.2 > idle.cpu > 0
    assert idle.memory > 1


def test_a_process_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="exited with 3"):
        once([sys.executable, "-c", "raise SystemExit(3)"])


def test_each_quantity_has_its_own_lowest_and_highest() -> None:
    found = spread([Measured(1, 9, 5), Measured(2, 8, 4), Measured(3, 7, 6)])
    assert (found.low, found.middle, found.high) == (Measured(1, 7, 4), Measured(2, 8, 5), Measured(3, 9, 6))


def test_every_command_is_run_once_more_than_counts() -> None:
    spreads = alternately({"a": [sys.executable, "-c", ""], "b": [sys.executable, "-c", ""]}, 1)
    assert list(spreads) == ["a", "b"]
    assert spreads["a"].low == spreads["a"].high
