from __future__ import annotations

from benchmarks.builds import covered


def test_time_in_which_several_run_counts_once() -> None:
    assert covered([(0, 2), (1, 3), (5, 6), (5.5, 5.7)]) == 4
    assert covered([]) == 0
