"""What the same work costs elsewhere: Kompose, and the reference loader. Both are built with Go, once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Measured, Spread, alternately, once, spread
from tools.go_programs import UnbuildableError, built

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

IMPORTS = "import yaml, pydantic"
KOMPOSE = Path(__file__).parent / "kompose"
#: Goals, as ratios of medians: a whole start, a load of a thousand services, the loads of real projects.
SMALL_GOAL = 2.5
LARGE_GOAL = 0.33
CORPUS_GOAL = 1.5


def ours(file: Path, *command: str) -> list[str]:
    return [sys.executable, "-m", "hybridcompose", "--quiet", "--file", str(file), *command]


def against_kompose(small: Path, large: Path, runs: int) -> None:
    """Three services and a thousand, each tool's whole process. Loading is part of every command."""
    program = built(KOMPOSE, "github.com/kubernetes/kompose")
    release = re.search(r"kompose (v[\d.]+)", (KOMPOSE / "go.mod").read_text(encoding="utf-8"))
    name = f"kompose {release[1] if release else ''} convert"

    def kompose(file: Path) -> list[str]:
        return [str(program), "--file", str(file), "convert", "--stdout"]

    show(
        "three services",
        {
            name: kompose(small),
            IMPORTS: [sys.executable, "-c", IMPORTS],
            "and define one model": [sys.executable, "-c", f"{IMPORTS}\nclass A(pydantic.BaseModel): a: int"],
            "config": ours(small, "config"),
            "render": ours(small, "render"),
        },
        runs,
        SMALL_GOAL,
    )
    commands = {
        name: kompose(large),
        "config --quiet": ours(large, "config", "--quiet"),
        "render": ours(large, "render"),
    }
    peer = show("a thousand services", commands, max(runs // 2, 3), LARGE_GOAL)
    inside([sys.executable, "-m", "benchmarks.loading", "--only", str(large)], peer, max(runs // 2, 3))


def against_the_reference(runs: int) -> None:
    """All real projects in one process: the reference driver and the package read the same requests."""
    # Late: a process starts with the memory of the one that starts it, and this is much of it.
    from tests.oracle import reference_loader
    from tests.oracle.reference_loader import LoadRequest
    from tests.real_projects import ARCHIVE, rows

    if not ARCHIVE.is_file():
        print(f"real projects: left out, as they are not at {ARCHIVE}")
        return
    driver = built(reference_loader.MODULE, "./loader", reference_loader.SOURCES)
    with tempfile.TemporaryDirectory() as directory:
        loads = [LoadRequest(row.directory, row.files, row.environment, ("*",)) for row in rows(Path(directory))]
        requests = Path(directory, "requests.jsonl")
        requests.write_text("".join(f"{load.line()}\n" for load in loads), encoding="utf-8")
        commands = {
            "the reference loader": ["sh", "-c", 'exec "$0" < "$1"', str(driver), str(requests)],
            "hc.load, to_dict": [sys.executable, "-m", "benchmarks.loading", str(requests)],
        }
        show(f"{len(loads)} loads of real projects", commands, runs, CORPUS_GOAL)


def show(title: str, commands: Mapping[str, Sequence[str]], runs: int, goal: float) -> Spread:
    """Prints a table; the first command is the peer that the ratios are to."""
    spreads = alternately(commands, runs)
    peer, *_ = spreads.values()
    print(
        f"{title}: medians of {runs} runs in turn, lowest and highest in brackets; goal: {goal} of the peer's CPU time"
    )
    for name, found in spreads.items():
        row(name, found, peer)
    print()
    return peer


def row(name: str, found: Spread, peer: Spread) -> None:
    low, middle, high = found.low, found.middle, found.high
    print(
        f"  {name:26} wall {middle.seconds:6.3f} s ({low.seconds:.3f}-{high.seconds:.3f})"
        f"  CPU {middle.cpu:6.3f} s ({low.cpu:.3f}-{high.cpu:.3f})  memory {middle.memory:4.0f} MiB"
        f"  ratios {middle.seconds / peer.middle.seconds:5.2f} {middle.cpu / peer.middle.cpu:5.2f}"
        f" {middle.memory / peer.middle.memory:5.2f}"
    )


def inside(command: Sequence[str], peer: Spread, runs: int) -> None:
    """The call alone, without the start of the process."""
    found = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs)]
    memory = once(command).memory
    entries = [Measured(entry["seconds"], entry["cpu"], memory) for entry in found]
    row("hc.load alone", spread(entries), peer)
    print()


def peers(small: Path, large: Path, runs: int) -> None:
    try:
        against_kompose(small, large, runs)
        against_the_reference(max(runs // 2, 3))
    except UnbuildableError as error:
        print(f"no comparison: {error}")
