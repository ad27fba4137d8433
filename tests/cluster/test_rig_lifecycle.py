"""The rig comes back after a crash of any part of it, and goes without a trace. On a rig beside the session's own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cluster.client import Cluster, until
from tests.cluster.rig import cluster as rig_cluster
from tests.cluster.rig import node
from tests.cluster.rig.cache import lock
from tests.cluster.rig.components import components
from tests.cluster.rig.process import arguments, pid_namespace, processes, program
from tests.cluster.rig.settings import Rig
from tests.cluster.rig.sharing import MACHINE
from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER = Rig(9)


@dataclass(frozen=True)
class Machine:
    """What a cluster could leave behind. Compared by what is more, because others use the machine too."""

    mounts: frozenset[str]
    interfaces: frozenset[str]
    network_namespaces: frozenset[str]
    tables: frozenset[str]
    routes: frozenset[str]
    groups: frozenset[str]
    files: frozenset[str]
    settings: frozenset[str]

    def more_than(self, other: Machine) -> dict[str, list[str]]:
        names = self.__dataclass_fields__
        more = {name: sorted(filter(_not_elsewhere, getattr(self, name) - getattr(other, name))) for name in names}
        return {name: values for name, values in more.items() if values}


def _not_elsewhere(entry: str) -> bool:
    """Whether an entry is not of another rig that someone started meanwhile."""
    return not re.search(rf"hcrig(?!{OTHER.number}\b)\d", entry)


def lines(*command: str) -> frozenset[str]:
    return frozenset(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())


def machine() -> Machine:
    places = ("/opt", "/run", "/run/netns", "/usr/libexec", "/var/lib", "/var/log", "/var/tmp")
    settings = ("vm.overcommit_memory", "kernel.panic", "kernel.panic_on_oops", "net.ipv4.ip_forward")
    return Machine(
        mounts=frozenset(Path("/proc/self/mounts").read_text().splitlines()),
        interfaces=frozenset(path.name for path in Path("/sys/class/net").iterdir()),
        network_namespaces=lines("ip", "netns", "list"),
        tables=lines("nft", "list", "tables"),
        routes=lines("ip", "route", "show", "table", "all"),
        groups=frozenset(str(path) for place in node.hierarchies() for path in place.iterdir() if path.is_dir()),
        files=frozenset(str(path) for place in places if Path(place).is_dir() for path in Path(place).iterdir()),
        settings=lines("sysctl", *settings),
    )


def of_the_rig() -> dict[int, str]:
    """Its processes with the time of their start: in the node, in containers, and those that wait for these."""
    first = node.first_process(OTHER)
    inside = pid_namespace(first) if first else "none"
    found = {}
    for pid in processes():
        argv = arguments(pid)
        if argv and (pid_namespace(pid) == inside or OTHER.name in " ".join(argv) or in_its_groups(pid)):
            found[pid] = started(pid)
    return found


def in_its_groups(pid: int) -> bool:
    try:
        return f"/{OTHER.name}/" in Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return False


def started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def kill(*names: str) -> None:
    first = node.first_process(OTHER)
    assert first
    inside = pid_namespace(first)
    for pid in [pid for pid in processes() if pid_namespace(pid) == inside and program(pid) in names]:
        os.kill(pid, signal.SIGKILL)
    until(lambda: set(names) <= set(rig_cluster.missing(OTHER)), f"the end of {names}")


def up(cache: Path) -> Cluster:
    running = rig_cluster.up(OTHER)
    return Cluster(running.kubectl, running.kubeconfig, OTHER.registry, cache)


def runs_a_pod(cluster: Cluster, name: str) -> bool:
    cluster.kubectl("run", name, f"--image={cluster.image('busybox')}", "--restart=Never", "--", "sleep", "1000")
    cluster.kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
    return True


@pytest.fixture(scope="module")
def before(rig_possible: None) -> Iterator[Machine]:
    # Others that start or end something on this machine wait, as do another session's tests of this kind.
    with lock(MACHINE), lock(f"{OTHER.name}-tests"):
        rig_cluster.down(OTHER)
        found = machine()
        yield found
        rig_cluster.down(OTHER)


def test_a_killed_part_is_started_again_and_the_rest_goes_on(before: Machine, tmp_path: Path) -> None:
    assert runs_a_pod(up(tmp_path), "first")
    api_server = [pid for pid in of_the_rig() if program(pid) == "kube-apiserver"]
    kill("etcd", "containerd", "kubelet", "registry", "kube-controller-manager")
    cluster = up(tmp_path)
    assert [pid for pid in of_the_rig() if program(pid) == "kube-apiserver"] == api_server
    assert runs_a_pod(cluster, "second")
    assert cluster.get("pod", "first")["status"]["phase"] == "Running"


def test_a_complete_cluster_is_left_alone(before: Machine, tmp_path: Path) -> None:
    up(tmp_path)
    programs = of_the_rig()
    begun = time.monotonic()
    up(tmp_path)
    assert time.monotonic() - begun < 10
    assert programs.items() <= of_the_rig().items()


PROJECT = """\
services:
  lines:
    image: ${IMAGE}
    stop_grace_period: 0s
    command:
      - sh
      - -c
      - i=0; while [ $$i -lt 300 ]; do i=$$((i + 1)); echo line $$i; sleep 0.05; done; touch /ok; sleep 600
    healthcheck: {test: "test -f /ok", interval: 1s, start_period: 10m}
"""


def test_up_waits_and_logs_go_on_while_the_api_server_starts_again(before: Machine, tmp_path: Path) -> None:
    cluster, file, output = up(tmp_path), tmp_path / "compose.yaml", tmp_path / "output"
    file.write_text(PROJECT, encoding="utf-8")
    image = cluster.image("busybox")
    place = ("--kubeconfig", str(cluster.kubeconfig))
    program = [*COMMAND, "-f", str(file), "-p", "restarted"]
    variables = environment(IMAGE=image, HYBRIDCOMPOSE_TOOL_IMAGE=image)
    with (
        subprocess.Popen([*program, "up", "--wait", *place], env=variables, stderr=subprocess.PIPE, text=True) as waits,
        output.open("w") as written,
    ):
        pod = ("get", "pod", "lines", "-n", "restarted", "-o", "jsonpath={.status.phase}")
        until(lambda: cluster.kubectl(*pod, check=False).stdout == "Running", "the pod")
        follow = [*program, "logs", "-f", "--no-log-prefix", *place]
        with subprocess.Popen(follow, env=variables, stdout=written, stderr=subprocess.PIPE, text=True) as follows:
            try:
                until(lambda: len(output.read_text().splitlines()) > 10, "the first lines")
                kill("kube-apiserver")
                until(lambda: waits.poll() is not None or follows.poll() is not None or up(tmp_path), "the server")
                _, errors = waits.communicate(timeout=120)
                assert waits.returncode == 0, errors
                until(lambda: len(output.read_text().splitlines()) >= 300 or follows.poll() is not None, "all lines")
            finally:
                follows.send_signal(signal.SIGINT)
            _, errors = follows.communicate(timeout=60)
        assert follows.returncode == 130, errors
    assert output.read_text().splitlines() == [f"line {number}" for number in range(1, 301)]


def test_a_killed_node_is_made_anew(before: Machine, tmp_path: Path) -> None:
    up(tmp_path)
    first = node.first_process(OTHER)
    assert first
    os.kill(first, signal.SIGKILL)
    assert runs_a_pod(up(tmp_path), "third")


def test_a_start_that_was_interrupted_is_begun_anew(before: Machine, tmp_path: Path) -> None:
    up(tmp_path)
    half_done = node.first_process(OTHER)
    (OTHER.state / "prepared").unlink()
    kill("kube-proxy")
    assert runs_a_pod(up(tmp_path), "fourth")
    assert node.first_process(OTHER) != half_done


def test_nothing_stays_behind(before: Machine, tmp_path: Path) -> None:
    assert runs_a_pod(up(tmp_path), "last")
    running = of_the_rig()
    assert len(running) > len(components(OTHER))
    rig_cluster.down(OTHER)
    assert machine().more_than(before) == {}
    # the machine's first process may take a moment to collect the dead
    until(lambda: not [pid for pid, start in running.items() if started(pid) == start], "the end of all processes", 10)


def test_what_is_not_there_can_be_stopped(before: Machine) -> None:
    rig_cluster.down(OTHER)
    rig_cluster.down(OTHER)
    assert rig_cluster.missing(OTHER) == [component.program for component in components(OTHER)]
