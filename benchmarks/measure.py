"""Whole processes, measured alternately, so that a machine's good and bad moments meet all of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall-clock time and CPU time (user and system, all threads) in seconds, peak memory in MiB."""

    seconds: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest, the median and the highest of each quantity by itself."""

    low: Measured
    middle: Measured
    high: Measured


def alternately(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Spread]:
    """Runs every command ``runs`` times, one after the other in turn, after a first round that does not count."""
    found: dict[str, list[Measured]] = {name: [] for name in commands}
    for round_number in range(runs + 1):
        for name, command in commands.items():
            measured = once(command)
            if round_number:
                found[name].append(measured)
    return {name: spread(entries) for name, entries in found.items()}


def once(command: Sequence[str]) -> Measured:
    """One run. Raises ``RuntimeError`` where the command fails: its time would mean nothing."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def spread(entries: Sequence[Measured]) -> Spread:
    columns = [*zip(*map(astuple, entries), strict=True)]
    low, middle, high = ([choose(column) for column in columns] for choose in (min, statistics.median, max))
    return Spread(Measured(*low), Measured(*middle), Measured(*high))


def environment() -> dict[str, str]:
    """As users have it: with bytecode, and nothing else that changes how Python starts."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
