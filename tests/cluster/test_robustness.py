"""Runs that are killed, and API servers that fail for a while: what is left, and what comes of it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.cluster import dry_run
from tests.cluster.client import until
from tests.cluster.connections import plain
from tests.e2e.program import COMMAND, environment
from tests.faults import Faults, faulty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cluster.client import Cluster

#: Rounds: each kills an `up`; every other one lets a second `up` finish, and kills a `down` after that.
KILLS = int(os.environ.get("HYBRIDCOMPOSE_KILLS", "2"))
PROJECT = """\
services:
  db:
    image: ${IMAGE}
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    healthcheck: {test: "true", interval: 1s}
    configs: [{source: greeting, target: /greeting}]
  fill: {image: "${IMAGE}", command: ["true"], depends_on: {db: {condition: service_healthy}}}
  web:
    image: ${IMAGE}
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    depends_on: {fill: {condition: service_completed_successfully}}
  lines:
    image: ${IMAGE}
    command: [sh, -c, "i=0; while [ $$i -lt 300 ]; do i=$$((i + 1)); echo line $$i; sleep 0.05; done"]
    depends_on: {web: {condition: service_started}}
configs: {greeting: {content: hello}}
"""


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    made = f"killed-{random.SystemRandom().randrange(1 << 32):08x}"
    yield made
    cluster.kubectl("delete", "namespace", made, "--wait=false", "--ignore-not-found")


def _command(cluster: Cluster, file: Path, name: str, *words: str, kubeconfig: Path | None = None) -> list[str]:
    return [*COMMAND, "-f", str(file), "-p", name, *words, "--kubeconfig", str(kubeconfig or cluster.kubeconfig)]


def _environment(cluster: Cluster) -> dict[str, str]:
    image = cluster.image("busybox")
    return environment(IMAGE=image, HYBRIDCOMPOSE_TOOL_IMAGE=image)


def _run(command: list[str], cluster: Cluster) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env=_environment(cluster), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done


def _killed(command: list[str], cluster: Cluster, seconds: float) -> None:
    """Starts it, and kills it after so long, unless it has ended."""
    with subprocess.Popen(
        command, env=_environment(cluster), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()


def _timed(command: list[str], cluster: Cluster) -> float:
    begun = time.monotonic()
    _run(command, cluster)
    return time.monotonic() - begun


def _is_gone(cluster: Cluster, name: str) -> bool:
    return cluster.kubectl("get", "namespace", name, check=False).returncode != 0


def test_a_run_that_is_killed_at_any_moment_can_be_taken_up_and_removed(
    cluster: Cluster, file: Path, name: str
) -> None:
    up, down = (_command(cluster, file, name, *words) for words in (("up", "-d"), ("down", "-t", "1")))
    whole = {"up": _timed(up, cluster), "down": _timed(down, cluster)}
    moments = random.Random(8)  # noqa: S311
    for number in range(KILLS):
        _killed(up, cluster, moments.uniform(0, whole["up"]))
        if number % 2 == 0:
            _run(up, cluster)
            listed = _run(_command(cluster, file, name, "ps", "-a", "--format", "json"), cluster).stdout.splitlines()
            assert sorted(json.loads(line)["Service"] for line in listed) == ["db", "fill", "lines", "web"]
            _killed(down, cluster, moments.uniform(0, whole["down"]))
        _run(down, cluster)
        assert _is_gone(cluster, name), f"after round {number}"


def test_what_nobody_takes_up_is_collected_when_its_time_is_over(cluster: Cluster, file: Path, name: str) -> None:
    command = _command(cluster, file, name, "up", "-d", "--expires", "1s")
    with subprocess.Popen(
        command, env=_environment(cluster), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        until(lambda: cluster.kubectl("get", "pod", "db", "-n", name, check=False).returncode == 0, "the first pod")
        process.kill()
    gc = [*COMMAND, "gc", "--kubeconfig", str(cluster.kubeconfig)]
    until(lambda: name in _run(gc, cluster).stdout or _is_gone(cluster, name), "the end of its time")
    until(lambda: _is_gone(cluster, name), "the end of the namespace", 180)


# --- an API server on a bad day

#: How long it lasts.
SECONDS = 20.0


@pytest.fixture
def server(cluster: Cluster, tmp_path: Path) -> Iterator[int]:
    """The port of a proxy to the API server that speaks plain HTTP."""
    with dry_run.proxy(cluster, tmp_path) as port:
        yield port


def _bad_day(begun: list[float], status: int, pod: str) -> Callable[[int, str, str], int | None]:
    """Every request fails for a while, from the moment at which the pod is made."""

    def answer(number: int, method: str, path: str) -> int | None:
        if not begun and method == "PATCH" and f"/pods/{pod}?" in f"{path}?":
            begun.append(time.monotonic())
        return status if begun and time.monotonic() - begun[0] < SECONDS else None

    return answer


def _streams(cluster: Cluster, file: Path, name: str, kubeconfig: Path) -> subprocess.CompletedProcess[str]:
    return _run(
        _command(cluster, file, name, "up", "--exit-code-from", "lines", "--no-color", kubeconfig=kubeconfig), cluster
    )


def _has_every_line_once(done: subprocess.CompletedProcess[str]) -> bool:
    shown = [line for line in done.stdout.splitlines() if line.startswith("lines-1") and " | " in line]
    return shown == [f"lines-1  | line {number}" for number in range(1, 301)]


@pytest.mark.parametrize("day", [(429, "db"), (500, "lines")], ids=["429 at the first pod", "500 at the last pod"])
def test_a_server_that_refuses_everything_for_a_while_ends_no_run(
    cluster: Cluster, server: int, file: Path, name: str, tmp_path: Path, day: tuple[int, str]
) -> None:
    begun: list[float] = []
    with faulty(server, _bad_day(begun, *day)) as faults:
        done = _streams(cluster, file, name, plain(tmp_path, faults.port))
        assert faults.failed > 3
        posts = [path.partition("?")[0] for method, path in faults.asked if method == "POST"]
    assert _has_every_line_once(done)
    assert len([path for path in posts if path.endswith("/namespaces")]) == 1
    assert _is_gone(cluster, name)


def test_a_server_that_is_away_for_a_while_and_drops_its_watches_ends_no_run(
    cluster: Cluster, server: int, file: Path, name: str, tmp_path: Path
) -> None:
    with faulty(server, lambda *_: None) as faults:
        kubeconfig = plain(tmp_path, faults.port)
        ender = threading.Thread(target=_leaves_twice, args=(faults, cluster, name), daemon=True)
        ender.start()
        done = _streams(cluster, file, name, kubeconfig)
        ender.join(60)
    assert _has_every_line_once(done)
    assert _is_gone(cluster, name)


def _await_pod(cluster: Cluster, namespace: str, pod: str) -> None:
    until(lambda: cluster.kubectl("get", "pod", pod, "-n", namespace, check=False).returncode == 0, pod)


def _leaves_twice(faults: Faults, cluster: Cluster, name: str) -> None:
    """Once while services start, once while their output is followed; and cuts what is on its way in between."""
    for pod in ("db", "lines"):
        _await_pod(cluster, name, pod)
        faults.stop()
        time.sleep(5)
        faults.start()
        time.sleep(3)
        faults.cut()
