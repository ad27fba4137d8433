"""What `up` costs beside the pods themselves: ``python -m benchmarks.up --kubeconfig FILE --image IMAGE``.

A watch of its own tells when each pod was made and when it was ready. The slowest chain of pods is what nobody can
save; the rest is what `up` adds: all of it, from the start of Python on. For comparison the same objects are made by
hand, with no compose files to read: `kubectl apply`, and `kubectl wait` before the next pod of a chain.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.measure import environment
from hybridcompose import api
from hybridcompose.cluster.api import connect
from hybridcompose.cluster.observe import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    #: Makes the pods of a compose file in a namespace, and returns when all are ready.
    Maker = Callable[[Path, str, argparse.Namespace], None]

#: Goals: of the whole time, and in seconds.
SHARE_GOAL = 0.10
NOTICED_GOAL = 0.2


class Seen(NamedTuple):
    """When a pod was made and when it was ready, in seconds of the monotonic clock."""

    made: float
    ready: float


class Run(NamedTuple):
    """One run, in seconds: all of it, what its slowest chain of pods took, and what came before and after the pods.

    ``gaps`` are from a pod's being ready to the making of the pod that waits for it, ``cpu`` is the processor time.
    """

    whole: float
    chain: float
    before: float
    after: float
    cpu: float
    gaps: tuple[float, ...]

    @property
    def share(self) -> float:
        return (self.whole - self.chain) / self.chain


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


def gaps(seen: Mapping[str, Seen]) -> Iterator[float]:
    """Seconds from a pod's being ready to the making of the pod that waits for it."""
    for name, times in seen.items():
        chain, _, place = name.rpartition("-")
        before = seen.get(f"{chain}-{int(place) - 1}")
        if before is not None:
            yield times.made - before.ready


def _processor() -> float:
    """Seconds that processes begun here have used, those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def by_up(file: Path, name: str, arguments: argparse.Namespace) -> None:
    """`up --wait`, as a user has it who has run it before."""
    command = [sys.executable, "-m", "hybridcompose", "-q", "-f", str(file), "-p", name, "up", "--wait"]
    place = ["--tool-image", arguments.image, "-n", name, "--kubeconfig", arguments.kubeconfig]
    subprocess.run([*command, *place], check=True, env=environment())


def by_hand(file: Path, name: str, arguments: argparse.Namespace) -> None:
    """The same objects, made with kubectl; chains go side by side."""
    plan = json.loads(Path(file.parent, f"{name}.json").read_text(encoding="utf-8"))
    kubectl = [arguments.kubectl, "--kubeconfig", arguments.kubeconfig, "-n", name]
    pods = [body for body in plan if body["kind"] == "Pod"]
    _apply(kubectl, [body for body in plan if body["kind"] != "Pod"])
    chains: dict[str, list[object]] = {}
    for pod in sorted(pods, key=_link):
        chains.setdefault(pod["metadata"]["name"].partition("-")[0], []).append(pod)
    if len(chains) == len(pods):
        _ready(kubectl, pods)
        return
    with ThreadPoolExecutor(len(chains)) as pool:
        list(pool.map(partial(_in_turn, kubectl), chains.values()))


def _in_turn(kubectl: Sequence[str], pods: Sequence[object]) -> None:
    for pod in pods:
        _ready(kubectl, [pod])


def _link(pod: Mapping[str, Any]) -> int:
    return int(pod["metadata"]["name"].partition("-")[2])


def _ready(kubectl: Sequence[str], pods: Sequence[Any]) -> None:
    _apply(kubectl, pods)
    wait = ["wait", "--for=condition=Ready", "--timeout=300s", *(f"pod/{pod['metadata']['name']}" for pod in pods)]
    subprocess.run([*kubectl, *wait], check=True, stdout=subprocess.DEVNULL)


def _apply(kubectl: Sequence[str], objects: Sequence[object]) -> None:
    content = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    command = [*kubectl, "apply", "--server-side", "-f", "-"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, input=content, text=True)


def once(services: int, depth: int, make: Maker, arguments: argparse.Namespace, directory: Path) -> Run:
    """One run in a namespace of its own, which is there before."""
    name = f"bench-{uuid.uuid4().hex[:6]}"
    file = directory / "compose.json"
    file.write_text(json.dumps(project(services, depth, arguments.image)), encoding="utf-8")
    plan = api.translate_for_cluster(api.load(file, project_name=name), name, tool_image=arguments.image)
    manifests = [resource.manifest for resource in plan.resources]
    Path(directory, f"{name}.json").write_text(json.dumps(manifests), encoding="utf-8")
    kubectl = [arguments.kubectl, "--kubeconfig", arguments.kubeconfig]
    subprocess.run([*kubectl, "create", "namespace", name], check=True, stdout=subprocess.DEVNULL)
    account = ["wait", "--for=create", "--timeout=30s", "serviceaccount/default", "-n", name]
    subprocess.run([*kubectl, *account], check=True, stdout=subprocess.DEVNULL)
    try:
        with Watch(arguments.kubeconfig, name, name) as watch:
            begun, before = time.monotonic(), _processor()
            make(file, name, arguments)
            ended, used = time.monotonic(), _processor() - before
        seen = watch.seen()
    finally:
        subprocess.run([*kubectl, "delete", "namespace", name, "--wait=true"], check=True, stdout=subprocess.DEVNULL)
    if len(seen) < services:
        sys.exit(f"{services - len(seen)} of {services} pods were not seen ready")
    first, last = min(times.made for times in seen.values()), max(times.ready for times in seen.values())
    whole, chain = ended - begun, longest_chain(seen, depth)
    return Run(whole, chain, first - begun, ended - last, used, tuple(gaps(seen)) if depth > 1 else ())


def measure(services: int, depth: int, arguments: argparse.Namespace, directory: Path) -> None:
    """`up` and the same by hand in turn; the medians of both."""
    makers: dict[str, Maker] = {"up": by_up, "by hand": by_hand}
    found: dict[str, list[Run]] = {name: [] for name in makers}
    for _ in range(arguments.runs):
        for name, make in makers.items():
            found[name].append(once(services, depth, make, arguments, directory))
    print(f"{services} services in chains of {depth} (medians of {arguments.runs})")
    for name, runs in found.items():
        tell(name, runs)


def tell(name: str, runs: Sequence[Run]) -> None:
    goal = f" (goal: at most {SHARE_GOAL:.0%})" if name == "up" else ""
    shares = ", ".join(f"{run.share:.1%}" for run in runs)
    whole, chain, before, after, cpu = (
        statistics.median(getattr(run, part) for run in runs) for part in ("whole", "chain", "before", "after", "cpu")
    )
    print(f"  {name}: {whole:.2f} s, slowest chain {chain:.2f} s, adds {whole - chain:.2f} s: {shares}{goal}")
    print(f"    start to first pod made {before:.2f} s, last pod ready to end {after:.2f} s", end="")
    print(f", processor time {cpu:.2f} s")
    if waits := sorted(gap for run in runs for gap in run.gaps):
        print(f"    ready to next pod made: median {statistics.median(waits) * 1000:.0f} ms", end="")
        print(f", at most {waits[-1] * 1000:.0f} ms (goal: {NOTICED_GOAL * 1000:.0f} ms)")


def main() -> None:
    parser = argparse.ArgumentParser(description="What `up` costs beside the pods themselves.")
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--image", required=True, help="An image with busybox.")
    parser.add_argument("--services", type=int, default=100, help="Services of the large project.")
    parser.add_argument("--runs", type=int, default=3, help="Runs of each project, `up` and by hand in turn.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        once(1, 1, by_up, arguments, Path(directory))  # the image is there from now on, and so is Python's bytecode
        for services, depth in ((3, 3), (5, 5), (20, 4), (arguments.services, 1)):
            measure(services, depth, arguments, Path(directory))


if __name__ == "__main__":
    main()
