"""What `up` costs beside the pods themselves: ``python -m benchmarks.up --kubeconfig FILE --image IMAGE``.

A watch of its own tells when each pod was made and when it was ready. The slowest chain of pods is what nobody can
save; the rest is what `up` adds.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.api import connect
from hybridcompose.cluster.observe import Observer

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Goals: of the whole time, and in seconds.
SHARE_GOAL = 0.10
NOTICED_GOAL = 0.2


class Seen(NamedTuple):
    """When a pod was made and when it was ready, in seconds of the monotonic clock."""

    made: float
    ready: float


class Watch:
    """Notes when the pods of a namespace come and get ready, until the block ends."""

    def __init__(self, kubeconfig: str, namespace: str, project: str) -> None:
        self._observer = Observer(connect(kubeconfig), namespace, f"hybridcompose.io/project={project}")
        self._made: dict[str, float] = {}
        self._ready: dict[str, float] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Watch:
        self._observer.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._observer.__exit__(None, None, None)

    def _follow(self) -> None:
        version = -1
        while not self._done.is_set():
            version, seen = self._observer.wait(version, 0.2)
            now = time.monotonic()
            for name, pod in seen.pods.items():
                self._made.setdefault(name, now)
                if pod.ready or pod.finished:
                    self._ready.setdefault(name, now)

    def seen(self) -> dict[str, Seen]:
        return {name: Seen(made, self._ready[name]) for name, made in self._made.items() if name in self._ready}


def project(services: int, depth: int, image: str) -> dict[str, object]:
    """Chains of ``depth`` services each, which wait until the one before is healthy."""
    loop = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.5; done"]
    found: dict[str, object] = {}
    for number in range(services):
        chain, place = divmod(number, depth)
        needs = {} if place == 0 else {"depends_on": {f"s{chain}-{place - 1}": {"condition": "service_healthy"}}}
        found[f"s{chain}-{place}"] = {
            "image": image,
            "command": loop,
            "healthcheck": {"test": ["CMD", "true"], "interval": "1s"},
            "stop_grace_period": "1s",
            **needs,
        }
    return {"services": found}


def longest_chain(seen: Mapping[str, Seen], depth: int) -> float:
    """The seconds that the pods of the slowest chain took, each from its making to its being ready."""
    chains: dict[str, float] = {}
    for name, times in seen.items():
        chain = name.rpartition("-")[0] if depth > 1 else name
        chains[chain] = chains.get(chain, 0.0) + times.ready - times.made
    return max(chains.values(), default=0.0)


def gaps(seen: Mapping[str, Seen]) -> list[float]:
    """Seconds from a pod's being ready to the making of the pod that waits for it."""
    found = []
    for name, times in seen.items():
        chain, _, place = name.rpartition("-")
        before = seen.get(f"{chain}-{int(place) - 1}")
        if before is not None:
            found.append(times.made - before.ready)
    return sorted(found)


def _processor() -> float:
    """Seconds that processes begun here have used, those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(services: int, depth: int, arguments: argparse.Namespace, directory: Path) -> None:
    name = f"bench-{uuid.uuid4().hex[:6]}"
    file = directory / "compose.json"
    file.write_text(json.dumps(project(services, depth, arguments.image)), encoding="utf-8")
    kubectl = [arguments.kubectl, "--kubeconfig", arguments.kubeconfig]
    subprocess.run([*kubectl, "create", "namespace", name], check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, "-m", "hybridcompose", "-q", "-f", str(file), "-p", name]
    place = ["-n", name, "--kubeconfig", arguments.kubeconfig]
    try:
        with Watch(arguments.kubeconfig, name, name) as watch:
            begun, before = time.monotonic(), _processor()
            subprocess.run([*command, "up", "--wait", "--tool-image", arguments.image, *place], check=True)
            ended, used = time.monotonic(), _processor() - before
        seen, whole = watch.seen(), ended - begun
        if len(seen) < services:
            sys.exit(f"{services - len(seen)} of {services} pods were not seen ready")
        chain = longest_chain(seen, depth)
        print(f"{services} services in chains of {depth}: {whole:.2f} s, slowest chain {chain:.2f} s", end="")
        print(f", up adds {(whole - chain) / chain:.1%} (goal: at most {SHARE_GOAL:.0%})")
        first, last = min(times.made for times in seen.values()), max(times.ready for times in seen.values())
        print(f"  start to first pod made: {first - begun:.2f} s, last pod ready to end: {ended - last:.2f} s", end="")
        print(f", {used:.2f} s of processor time")
        if waits := gaps(seen):
            middle, worst = waits[len(waits) // 2], waits[-1]
            print(f"  ready to next pod made: median {middle * 1000:.0f} ms, at most {worst * 1000:.0f} ms", end="")
            print(f" (goal: {NOTICED_GOAL * 1000:.0f} ms)")
    finally:
        subprocess.run([*kubectl, "delete", "namespace", name, "--wait=true"], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description="What `up` costs beside the pods themselves.")
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--image", required=True, help="An image with busybox.")
    parser.add_argument("--services", type=int, default=100, help="Services of the large project.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        for services, depth in ((5, 5), (20, 4), (arguments.services, 1)):
            measure(services, depth, arguments, Path(directory))


if __name__ == "__main__":
    main()
