"""What holds for every test."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent
#: Suites on a whole node, which shares its two processors with everything that a test starts there.
_ON_A_NODE = tuple(_TESTS / name for name in ("cluster", "parity"))
#: Files that keep such a node busy for minutes.
_BUSIEST = tuple(
    _TESTS / name for name in ("cluster/observed/test_observed.py", "parity/test_mutations.py", "parity/test_parity.py")
)


def pytest_configure() -> None:
    """Ctrl-C reaches the programs under test, also where the tests were started in the background of a shell.

    Such a shell has its children ignore the signal, and theirs would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A node that was busy for a moment fails no run: its tests have a second try, and the report counts those.

    Where several processes share the tests, files that mostly wait for the node alternate with those that compute.
    """
    for item in items:
        if _is_on_a_node(item.path):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if hasattr(config, "workerinput"):  # a process of xdist
        places = _mixed(list(dict.fromkeys(item.path for item in items)))
        items.sort(key=lambda item: places[item.path])


def _is_on_a_node(file: Path) -> bool:
    return any(directory in file.parents for directory in _ON_A_NODE)


def _mixed(files: list[Path]) -> dict[Path, float]:
    """Where each file comes: every kind is spread evenly over the whole run, and keeps its order."""
    kinds: dict[int, list[Path]] = {}
    for file in files:
        kinds.setdefault(0 if file in _BUSIEST else 1 if _is_on_a_node(file) else 2, []).append(file)
    return {file: place / len(kind) for kind in kinds.values() for place, file in enumerate(kind)}
