"""``python -m benchmarks.builds``: the images of one project, all at the same time and one after the other.

Needs a cluster: that of ``HYBRIDCOMPOSE_TEST_KUBECONFIG``, or the test cluster where it runs. What the Jobs take by
themselves is seen by an observer beside the program: from when a Job is made until it is complete.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.cluster.api import Api

IMAGES = 12
#: What the program may add to the Jobs' own time.
OVERHEAD_GOAL = 0.10


class Place(NamedTuple):
    """A cluster and its registry, with the images ``rig/busybox:1`` and ``rig/kaniko:1``."""

    kubeconfig: Path
    registry: str

    def image(self, name: str) -> str:
        return f"{self.registry}/rig/{name}:1"


def place() -> Place | None:
    """The cluster to measure on; ``None`` where there is none."""
    from tests.cluster.rig import node
    from tests.cluster.rig.settings import Rig, chosen_rig

    named = os.environ.get("HYBRIDCOMPOSE_TEST_KUBECONFIG")
    if named:
        return Place(Path(named), os.environ.get("HYBRIDCOMPOSE_TEST_REGISTRY", Rig().registry))
    rig = chosen_rig()
    return None if node.first_process(rig) is None else Place(rig.kubeconfig, rig.registry)


class Times(threading.Thread):
    """When each Job of a namespace was first seen, and seen complete."""

    def __init__(self, api: Api, namespace: str) -> None:
        super().__init__(daemon=True)
        self.api, self.namespace = api, namespace
        self.made: dict[str, float] = {}
        self.done: dict[str, float] = {}
        self.over = threading.Event()

    def run(self) -> None:
        from hybridcompose.cluster.observe import Observer

        with Observer(self.api, self.namespace, "") as observer:
            version = -1
            while not self.over.is_set():
                version, seen = observer.wait(version, 0.2)
                now = time.perf_counter()
                for name, job in seen.jobs.items():
                    self.made.setdefault(name, now)
                    if job.complete:
                        self.done.setdefault(name, now)

    @property
    def busy(self) -> float:
        """The seconds in which at least one Job was there and not complete."""
        return covered((self.made[name], self.done[name]) for name in self.done)


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """The length of the union of spans of time."""
    total, end = 0.0, float("-inf")
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total


def project(directory: Path, base: str) -> Path:
    """Images that differ, so that each has a Job of its own. None has been built before."""
    services = []
    for number in range(IMAGES):
        context = directory / f"image-{number}"
        context.mkdir()
        (context / "content").write_text(uuid.uuid4().hex, encoding="utf-8")
        (context / "Dockerfile").write_text(f"FROM {base}\nCOPY content /\nRUN sleep 2\n", encoding="utf-8")
        services.append(f"  image-{number}:\n    build: image-{number}\n")
    file = directory / "compose.yaml"
    file.write_text("services:\n" + "".join(services), encoding="utf-8")
    return file


def measured(where: Place, *arguments: str) -> tuple[float, float]:
    """Seconds that one build took, and those of its Jobs. Raises ``RuntimeError`` where it fails."""
    from hybridcompose.cluster.api import connect
    from hybridcompose.cluster.execute import create_namespace, delete_namespace

    name, api = f"bench-{uuid.uuid4().hex[:8]}", connect(str(where.kubeconfig))
    create_namespace(api, name, name)
    times = Times(api, name)
    times.start()
    try:
        with tempfile.TemporaryDirectory() as directory:
            file = project(Path(directory), where.image("busybox"))
            command = [sys.executable, "-m", "hybridcompose", "-f", str(file), "-p", name, "build", *arguments]
            command += ["--kubeconfig", str(where.kubeconfig), "--registry", where.registry]
            command += ["--kaniko-image", where.image("kaniko"), "--tool-image", where.image("busybox")]
            start = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - start
        if done.returncode:
            raise RuntimeError(done.stderr)
    finally:
        times.over.set()
        times.join()
        delete_namespace(api, name)
    return seconds, times.busy


def main() -> None:
    where = place()
    if where is None:
        print("builds: no cluster (make cluster-up, or HYBRIDCOMPOSE_TEST_KUBECONFIG)")
        return
    ways = {"at the same time": (), "one after the other": ("--parallel", "1")}
    walls = {}
    for name, arguments in ways.items():
        seconds, busy = measured(where, *arguments)
        walls[name] = seconds
        print(
            f"{IMAGES} images {name}: {seconds:.1f} s, of which Jobs {busy:.1f} s:"
            f" overhead {(seconds - busy) / busy:.1%} (goal: below {OVERHEAD_GOAL:.0%})"
        )
    first, second = walls.values()
    print(f"parallel against serial: {first / second:.2f}")


if __name__ == "__main__":
    main()
