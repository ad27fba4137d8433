"""What a run does on a real cluster beside its outcome: who is started, who stops first, what a cut log loses."""

from __future__ import annotations

import signal
import subprocess
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster.connections import address, command, run, through
from tests.e2e.program import environment
from tests.proxy import proxied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.client import Cluster, Namespace

PROJECT = """\
services:
  db: {{image: {image}, command: [sh, -c, "trap 'echo goodbye; exit 0' TERM; echo here; sleep 3600 & wait"]}}
  web:
    image: {image}
    command: [sleep, "3600"]
    stop_grace_period: 3s
    depends_on: [db]
  once: {{image: {image}, command: [sh, -c, "echo done"], depends_on: [db]}}
  other: {{image: {image}, command: [sleep, "3600"]}}
  lines:
    image: {image}
    command:
      - sh
      - -c
      - i=0; while [ $$i -lt 6000 ]; do i=$$((i + 1)); echo line $$i; [ $$((i % 300)) = 0 ] && sleep 0.2; done
"""


@pytest.fixture
def options(cluster: Cluster) -> dict[str, Any]:
    return {"tool_image": cluster.image("busybox")}


@pytest.fixture
def file(cluster: Cluster, tmp_path: Path) -> Path:
    path = tmp_path / "compose.yaml"
    path.write_text(PROJECT.format(image=cluster.image("busybox")), encoding="utf-8")
    return path


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    made = f"run-{uuid.uuid4().hex[:8]}"
    yield made
    cluster.kubectl("delete", "namespace", made, "--wait=false", "--ignore-not-found")


def test_named_services_run_with_their_dependencies_and_end_the_run(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    done = run("up", "once", file=file, name=name, kubeconfig=cluster.kubeconfig, options=options)
    assert done.returncode == 0, done.stderr
    assert "once-1  | done\n" in done.stdout
    assert "service db: started" in done.stderr or "service db: running" in done.stderr
    assert "other" not in done.stderr


def test_what_a_service_writes_while_it_stops_is_shown(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    call = command("up", "db", file=file, project=name, kubeconfig=cluster.kubeconfig, options=options)
    with subprocess.Popen(call, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("here" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        assert "db-1  | goodbye\n" in process.stdout.read()
    assert process.returncode == 130


def test_a_run_goes_on_while_its_services_are_restarted_and_stopped_elsewhere(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    def elsewhere(*words: str) -> None:
        done = run(*words, file=file, name=name, kubeconfig=cluster.kubeconfig, options={})
        assert done.returncode == 0, done.stderr

    words = ("up", "web", "--attach-dependencies", "--no-color")
    call = command(*words, file=file, project=name, kubeconfig=cluster.kubeconfig, options=options)
    with subprocess.Popen(call, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("db-1   | here" in line for line in process.stdout)
        elsewhere("restart", "db")
        assert any("db-1   | here" in line for line in process.stdout)
        elsewhere("stop", "db")
        assert any("db-1 exited with code 0" in line for line in process.stdout)
        assert process.poll() is None
        elsewhere("stop", "web")
        assert "web-1 exited with code 137\n" in process.stdout.read()
    assert process.returncode == 0


def test_a_service_stops_before_what_it_depends_on(
    cluster: Cluster, namespace: Namespace, file: Path, options: dict[str, Any]
) -> None:
    place: dict[str, Any] = {"file": file, "name": namespace.name, "kubeconfig": cluster.kubeconfig}
    started = run("up", "-d", "web", "--namespace", namespace.name, **place, options=options)
    assert started.returncode == 0, started.stderr
    removed = run("down", "--namespace", namespace.name, **place, options={})
    assert removed.returncode == 0, removed.stderr
    killed = {
        event["involvedObject"]["name"]: datetime.fromisoformat(event["firstTimestamp"])
        for event in namespace.get("events")["items"]
        if event["reason"] == "Killing"
    }
    # web ignores SIGTERM and ends after its three seconds; events know whole seconds.
    assert (killed["db"] - killed["web"]).total_seconds() >= 2


def test_a_followed_log_has_every_line_once_though_its_connection_is_cut(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    left = 6

    def cuts(sent: int, received: int) -> bool:
        """Logs are long, and nothing else that a client hears."""
        nonlocal left
        if left and received > 40_000 - 3_000 * left:
            left -= 1
            return True
        return False

    with proxied(address(cluster.kubeconfig), cuts) as proxy:
        kubeconfig = through(cluster.kubeconfig, proxy.port, tmp_path)
        done = run("up", "lines", file=file, name=name, kubeconfig=kubeconfig, options=options)
        assert proxy.count == 6
    assert done.returncode == 0, done.stderr
    shown = [line for line in done.stdout.splitlines() if " | " in line]
    assert shown == [f"lines-1  | line {number}" for number in range(1, 6001)]
