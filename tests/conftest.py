"""What holds for every test."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

#: Suites on a whole node, which shares its two processors with everything that a test starts there.
_ON_A_NODE = tuple(Path(__file__).parent / name for name in ("cluster", "parity"))


def pytest_configure() -> None:
    """Ctrl-C reaches the programs under test, also where the tests were started in the background of a shell.

    Such a shell has its children ignore the signal, and theirs would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A node that was busy for a moment fails no run: its tests have a second try, and the report counts those."""
    for item in items:
        if any(directory in item.path.parents for directory in _ON_A_NODE):
            item.add_marker(pytest.mark.flaky(reruns=1))
