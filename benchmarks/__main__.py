"""Prints start, time and memory per service, and the stages apart. Nothing here is a test: machines differ."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import builds
from benchmarks.generate import KINDS, compose_file, write_project
from benchmarks.measure import alternately
from benchmarks.peers import peers

if TYPE_CHECKING:
    from benchmarks.measure import Measured

SIZES = (3, 30, 300, 1000)
SMALLEST, *LARGER = SIZES
#: What a program that reads YAML into typed models cannot do without.
PEER = [sys.executable, "-c", "import yaml, pydantic"]
RUNS = 11
#: Goals: start and render against PEER, and cost per service at the largest size against the smallest.
START_GOAL = 3.0
GROWTH_GOAL = 1.3
#: What is made of a project should not cost more than reading it.
LOAD_GOAL = 1.0


def render(file: Path) -> list[str]:
    return [sys.executable, "-m", "hybridcompose", "--quiet", "--file", str(file), "render"]


def start(files: dict[int, Path]) -> None:
    measured = alternately({"peer": PEER, "render": render(files[SMALLEST])}, RUNS)
    ours, peer = measured["render"].middle.seconds, measured["peer"].middle.seconds
    print(f"start and render {SMALLEST} services: {ours * 1000:.0f} ms")
    print(f"import yaml, pydantic:        {peer * 1000:.0f} ms")
    print(f"ratio: {ours / peer:.2f} (goal: at most {START_GOAL})\n")


def growth(files: dict[int, Path]) -> None:
    spreads = alternately({str(size): render(file) for size, file in files.items()}, 7)
    measured = {name: spread.middle for name, spread in spreads.items()}
    base = measured[str(SMALLEST)]
    print("services     total   per service, start left out        memory   per service, start left out")
    costs = {size: per_service(size, measured[str(size)], base) for size in LARGER}
    for size, (seconds, memory) in costs.items():
        total = measured[str(size)]
        print(
            f"{size:8}  {total.seconds:6.2f} s   {total.seconds / size * 1000:8.2f} ms {seconds * 1000:10.2f} ms"
            f"  {total.memory:10.0f} MiB  {total.memory / size * 1024:8.0f} KiB {memory * 1024:8.0f} KiB"
        )
    *smaller, largest = LARGER
    for size in smaller:
        # What few services need hides in memory that the start has left free: small sizes flatter themselves.
        time, memory = (costs[largest][part] / costs[size][part] for part in (0, 1))
        print(
            f"per service, {largest} against {size}: time {time:.2f}, memory {memory:.2f} (goal: at most {GROWTH_GOAL})"
        )
    print()


def per_service(size: int, measured: Measured, base: Measured) -> tuple[float, float]:
    """Seconds and MiB that each service beyond the smallest project's adds."""
    added = size - SMALLEST
    return (measured.seconds - base.seconds) / added, (measured.memory - base.memory) / added


def stages(files: dict[int, Path]) -> None:
    print("CPU seconds by stage, imports left out:")
    for size, file in files.items():
        stages_of(f"{size}", files[SMALLEST], file)
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as directory:
            file = write_project(Path(directory), SIZES[-1], kind)
            stages_of(f"{SIZES[-1]}, {kind}", files[SMALLEST], file)


def stages_of(name: str, small: Path, file: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.stages", str(small), str(file), "registry.example:5000"]
    seconds = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    made, read = seconds["translate"] + seconds["render"], seconds["load"]
    print(f"{name:>14}  " + "  ".join(f"{stage} {value:.4f}" for stage, value in seconds.items()))
    print(f"{'':14}  translate + render against load: {made / read:.2f} (goal: at most {LOAD_GOAL}), ", end="")
    print(f"against load + gather: {made / (read + seconds['gather']):.2f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        files = {size: Path(directory, f"compose-{size}.yaml") for size in SIZES}
        for size, file in files.items():
            file.write_text(compose_file(size), encoding="utf-8")
        for part in (start, growth, stages):
            part(files)
        print()
        peers(files[SMALLEST], files[SIZES[-1]], RUNS)
    print()
    builds.main()


if __name__ == "__main__":
    main()
