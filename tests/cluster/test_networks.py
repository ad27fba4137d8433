"""Names, policies and shared networks, as programs in real pods see them."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cluster.client import pod, until
from tests.cluster.client import service as service_of
from tests.cluster.test_applied_projects import exit_code, why

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.cluster.client import Namespace

PROJECTS = Path(__file__).parent / "projects"
ROOT = Path(__file__).parents[2]


def command(namespace: Namespace, project: str, *arguments: str, name: str | None = None) -> subprocess.Popen[str]:
    cluster = namespace.cluster
    flags = [] if name is None else ["-p", name]
    program = [sys.executable, "-m", "hybridcompose", "-q", "-f", str(PROJECTS / project / "compose.yaml"), *flags]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "IMAGES": cluster.registry,
        "IMAGES_HOST": cluster.registry.partition(":")[0],
        "KUBECONFIG": str(cluster.kubeconfig),
    }
    return subprocess.Popen(
        [*program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def run(namespace: Namespace, project: str, *arguments: str, name: str | None = None) -> str:
    with command(namespace, project, *arguments, name=name) as process:
        output, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors + output
    return output


def options(namespace: Namespace) -> list[str]:
    cluster = namespace.cluster
    return [f"--tool-image={cluster.image('busybox')}", f"--dns-image={cluster.image('coredns')}", "-n", namespace.name]


def apply(namespace: Namespace, project: str, *flags: str, name: str | None = None) -> None:
    stream = run(namespace, project, "render", *options(namespace), *flags, name=name)
    namespace.kubectl("apply", "-f", "-", stdin=stream)


def test_who_shares_a_network_is_reached_and_who_does_not_is_not(namespace: Namespace) -> None:
    apply(namespace, "networks", "--network-policies", "--expose", "nodeport")
    assert exit_code(namespace, "tests") == 0, why(namespace)
    assert read_published(namespace, "vpn-published") == "app"


def read_published(namespace: Namespace, name: str) -> str:
    """What answers at a node's port, from outside the cluster."""
    (port,) = namespace.get("service", name)["spec"]["ports"]
    addresses = namespace.cluster.get("nodes")["items"][0]["status"]["addresses"]
    address = next(entry["address"] for entry in addresses if entry["type"] == "InternalIP")

    def answer() -> str:
        try:
            with urllib.request.urlopen(f"http://{address}:{port['nodePort']}/i", timeout=2) as page:
                return str(page.read().decode().strip())
        except OSError:
            return ""

    return until(answer, f"an answer at {address}:{port['nodePort']}")


def test_services_of_one_pod_are_watched_one_by_one(namespace: Namespace) -> None:
    flags = [*options(namespace), "--network-policies", "--dns", "project"]
    run(namespace, "networks", "up", "-d", *flags)
    assert run(namespace, "networks", "wait", "tests", "-n", namespace.name) == "tests exited with code 0\n"
    listed = run(namespace, "networks", "ps", "-n", namespace.name)
    running = {line.split()[0] for line in listed.splitlines()[1:]}
    assert {"networks-vpn-1", "networks-app-1"} <= running
    assert "healthy" in next(line for line in listed.splitlines() if line.startswith("networks-vpn-1"))
    run(namespace, "networks", "down", "-n", namespace.name)
    kinds = "pods,services,deployments,networkpolicies"
    until(lambda: not namespace.get(kinds, "-l", "hybridcompose.io/project")["items"], "the end of everything")


def test_every_name_resolves_as_it_is_written_on_its_own_networks(namespace: Namespace) -> None:
    apply(namespace, "names", "--dns", "project")
    assert exit_code(namespace, "tests") == 0, why(namespace)
    assert namespace.kubectl("logs", "tests", "-c", "tests").stdout == "all is well\n"


@pytest.fixture
def foreign_database(namespace: Namespace) -> Iterator[None]:
    """A service and a pod of others, with the name that the project uses, too."""
    busybox = namespace.cluster.image("busybox")
    serve = ("sh", "-c", "mkdir /w; echo foreign > /w/i; cd /w; exec httpd -f -p 8080")
    namespace.apply(service_of("db", 8080), pod(busybox, "db", *serve))
    namespace.ready("db")
    yield
    assert namespace.get("pod", "db")["status"]["phase"] == "Running"


@pytest.mark.usefixtures("foreign_database")
@pytest.mark.parametrize("flags", [["--dns=cluster"], ["--dns=project"]], ids=["cluster", "project"])
def test_runs_in_one_namespace_find_their_own_services(namespace: Namespace, flags: Sequence[str]) -> None:
    names = [f"{name}-{uuid.uuid4().hex[:6]}" for name in ("one", "two")]
    shared = [*options(namespace), "--namespace-mode=shared", "--exit-code-from=tests", *flags]
    processes = [command(namespace, "tenants", "up", *shared, name=name) for name in names]
    ended = [(process.communicate(timeout=240), process.returncode) for process in processes]
    assert [code for _, code in ended] == [0, 0], ended
    assert all("all is well" in output for (output, _), _ in ended)
    until(lambda: not namespace.get("all", "-l", "hybridcompose.io/project")["items"], "the end of both runs")


def test_an_object_of_somebody_else_is_left_alone(namespace: Namespace) -> None:
    namespace.apply(service_of("mine-db", 80))
    shared = [*options(namespace), "--namespace-mode=shared"]
    with command(namespace, "tenants", "up", "-d", *shared, name="mine") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "service/mine-db in the namespace" in errors
    assert namespace.get("service", "mine-db")["metadata"].get("labels", {}) == {}
    assert namespace.get("pods")["items"] == []


def test_a_known_dns_server_is_asked_without_an_init_container(namespace: Namespace) -> None:
    address = namespace.cluster.get("-n", "kube-system", "service", "kube-dns")["spec"]["clusterIP"]
    flags = ["--namespace-mode=shared", f"--cluster-dns={address}"]
    apply(namespace, "tenants", *flags, name="known")
    assert exit_code(namespace, "known-tests") == 0, why(namespace)
