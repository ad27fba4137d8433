"""Whole processes, measured alternately, so that a machine's good and bad moments meet all of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians: wall-clock time in seconds, peak memory in MiB."""

    seconds: float
    memory: float


def alternately(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Measured]:
    """Runs every command ``runs`` times, one after the other in turn, after a first round that does not count."""
    found: dict[str, list[Measured]] = {name: [] for name in commands}
    for round_number in range(runs + 1):
        for name, command in commands.items():
            measured = once(command)
            if round_number:
                found[name].append(measured)
    return {name: median(entries) for name, entries in found.items()}


def once(command: Sequence[str]) -> Measured:
    """One run. Raises ``RuntimeError`` where the command fails: its time would mean nothing."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    return Measured(seconds, usage.ru_maxrss / 1024)


def median(entries: Sequence[Measured]) -> Measured:
    return Measured(
        statistics.median(entry.seconds for entry in entries), statistics.median(entry.memory for entry in entries)
    )


def _environment() -> dict[str, str]:
    """As users have it: with bytecode, and nothing else that changes how Python starts."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
