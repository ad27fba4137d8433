"""Every command under exactly the role that ``rbac`` prints for it, and under one that lacks a permission."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hybridcompose import api
from hybridcompose.cluster import permissions
from hybridcompose.engine import rbac
from tests.cluster import dry_run
from tests.cluster.accounts import Account, account
from tests.cluster.connections import plain
from tests.cluster.recorded import Recorded
from tests.e2e.program import COMMAND, environment
from tests.faults import faulty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.cluster.client import Cluster, Namespace
    from tests.cluster.recorded import Wanted

#: A project with all kinds of objects that most projects have.
PROJECT = """\
services:
  db:
    image: ${IMAGE}
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    healthcheck: {test: "true", interval: 1s}
    volumes: ["data:/data"]
    restart: always
    ports: ["0:80"]
  tests:
    image: ${IMAGE}
    command: [sh, -c, "cat /greeting && test -s /run/secrets/password"]
    configs: [{source: greeting, target: /greeting}]
    secrets: [password]
    depends_on: {db: {condition: service_healthy}}
configs: {greeting: {content: "hello under a small role\\n"}}
secrets: {password: {environment: PASSWORD}}
volumes: {data: {}}
"""
KINDS = "pods,services,configmaps,secrets,jobs"
#: Every permission is taken away in a long run, a few in others.
EVERY = bool(os.environ.get("HYBRIDCOMPOSE_EVERY_PERMISSION"))


def _run(cluster: Cluster, file: Path, kubeconfig: Path, *words: str) -> subprocess.CompletedProcess[str]:
    image = cluster.image("busybox")
    return subprocess.run(
        [*COMMAND, "-q", "-f", str(file), *words, "--kubeconfig", str(kubeconfig)],
        env=environment(IMAGE=image, PASSWORD="hunter2", HYBRIDCOMPOSE_TOOL_IMAGE=image),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def _left(namespace: Namespace, kinds: str) -> list[str]:
    """The names of objects of projects."""
    found = namespace.get(kinds, "-l", "hybridcompose.io/project")["items"]
    return [f"{body['kind']}/{body['metadata']['name']}" for body in found]


@pytest.fixture
def shared(cluster: Cluster, namespace: Namespace, file: Path, tmp_path: Path) -> Account:
    """What ``up`` of this project needs in a namespace that it shares."""
    words = ("up", "-n", namespace.name, "--namespace-mode", "shared", "--storage", "persistent")
    image = cluster.image("busybox")
    return account(cluster, tmp_path, *words, file=file, namespace=namespace.name, IMAGE=image, PASSWORD="hunter2")


WATCHES: set[Wanted] = {("watch", "pods", ""), ("watch", "events", ""), ("watch", "jobs", "batch")}
#: What no run below gives a reason for: who connects to a forwarded port, what an earlier run has left, other flags,
#: what happens after the moment until which events are shown.
SELDOM: Mapping[str, set[Wanted]] = {
    "diff": {(verb, kind, "") for verb in ("patch", "create") for kind in ("configmaps", "pods", "secrets")},
    "up": {("get", "pods/portforward", ""), ("create", "pods/portforward", ""), ("get", "pods", "")},
    "logs": {("list", "events", ""), ("list", "jobs", "batch"), *WATCHES},
    "events": WATCHES,
    "run": {
        ("get", "pods/portforward", ""),
        ("create", "pods/portforward", ""),
        ("patch", "services", ""),
        ("create", "services", ""),
        ("get", "pods", ""),
        ("delete", "configmaps", ""),
    },
    "ls": {("list", "configmaps", "")},
    "ps": {("list", "events", "")},
    "start": {("delete", "pods", "")},
    "down": {("delete", kind, "") for kind in ("configmaps", "secrets", "services")},
}


@pytest.fixture
def recorded(
    cluster: Cluster, namespace: Namespace, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Recorded]:
    image = cluster.image("busybox")
    variables = {"IMAGE": image, "PASSWORD": "hunter2", "HYBRIDCOMPOSE_TOOL_IMAGE": image}
    runner = account(cluster, tmp_path, "-n", namespace.name, file=file, namespace=namespace.name, **variables)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    options = {"storage": "persistent", "namespace": namespace.name}
    plan = api.translate_for_cluster(api.load(file), namespace.name, storage="persistent", resolve_images="none")
    about = rbac.circumstances(api.checked_options(options), namespace.name, plan, published=True)
    with (
        dry_run.proxy(replace(cluster, kubeconfig=runner.kubeconfig), tmp_path) as port,
        faulty(port, lambda *_: None) as faults,
    ):
        yield Recorded(runner, faults, plain(tmp_path, faults.port), file, about, variables)


def test_each_command_asks_for_what_its_role_lists_and_for_nothing_more(
    recorded: Recorded, namespace: Namespace, tmp_path: Path
) -> None:
    def run(*words: str, command: str = "", code: int = 0, inside: bool = False) -> str:
        more = ("--storage", "persistent") if words[0] in ("up", "diff", "run") else ()
        return recorded.run(
            command or words[0], words[0], "-n", namespace.name, *more, *words[1:], code=code, inside=inside
        )

    assert "would be made" in run("diff", code=1)
    run("up", "-d")
    assert run("wait", "tests") == "tests exited with code 0\n"
    assert "db" in run("ps", "-a")
    assert "hello under a small role" in run("logs", "tests")
    assert run("exec", "db", "echo", "from inside") == "from inside\n"
    assert run("run", "--rm", "-P", "db", "echo", "once") == "once\n"
    run("cp", "db:/etc/passwd", str(tmp_path / "passwd"))
    assert run("port", "db", "80", inside=True).endswith(":80\n")
    assert run("url", "db", inside=True).startswith("http://")
    run("port", "db", "80", code=19)
    run("url", "db", code=19)
    assert "sleep" in run("top", "db")
    assert run("events", "--until", "1s") == ""
    run("images")
    run("ls")
    run("doctor", code=19)
    run("stop", "db")
    run("start", "db")
    run("restart", "db")
    run("kill", "-s", "SIGUSR2", "db")
    run("kill", "tests")
    assert run("wait", "tests") == "tests exited with code 0\n"
    assert "would be" not in run("diff", "db")
    run("down", "db")
    assert run("up", "--exit-code-from", "tests").count("hello under a small role\n") == 1
    run("up", "-d")
    run("wait", "--down-project", "tests", command=permissions.AND_DOWN)
    run("down", "-v")
    assert _left(namespace, f"{KINDS},persistentvolumeclaims") == []
    spare = {name: recorded.needed(name) - asked for name, asked in recorded.asked.items()}
    assert {name: sorted(left - SELDOM.get(name, set())) for name, left in spare.items()} == {key: [] for key in spare}


def test_two_runs_of_one_project_share_a_namespace_under_that_role(
    cluster: Cluster, shared: Account, namespace: Namespace, file: Path
) -> None:
    words = ("up", "--exit-code-from", "tests", "-n", namespace.name, "--namespace-mode", "shared")
    image = cluster.image("busybox")
    runs = [
        subprocess.Popen(
            [*COMMAND, "-q", "-f", str(file), "-p", name, *words, "--kubeconfig", str(shared.kubeconfig)],
            env=environment(IMAGE=image, PASSWORD=name, HYBRIDCOMPOSE_TOOL_IMAGE=image),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for process in runs:
        output, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
        assert output.count("hello under a small role\n") == 1
    assert _left(namespace, KINDS) == []


def test_a_run_in_a_namespace_of_its_own_under_the_cluster_role(
    cluster: Cluster, namespace: Namespace, file: Path, tmp_path: Path
) -> None:
    image = cluster.image("busybox")
    found = account(cluster, tmp_path, "up", "gc", file=file, namespace=namespace.name, IMAGE=image, PASSWORD="x")
    assert found.role["kind"] == "ClusterRole"
    own = f"{namespace.name}-own"
    try:
        done = _run(cluster, file, found.kubeconfig, "-p", own, "up", "--exit-code-from", "tests", "--expires", "1h")
        assert done.returncode == 0, done.stderr
        assert cluster.kubectl("get", "namespace", own, check=False).returncode != 0
        assert _run(cluster, file, found.kubeconfig, "gc", "--dry-run").returncode == 0
        found.limit(found.without("create", "namespaces", ""))
        refused = _run(cluster, file, found.kubeconfig, "-p", own, "up")
        assert refused.returncode == 19
        assert "may not create namespaces in the cluster" in refused.stderr
    finally:
        cluster.kubectl("delete", "clusterrole,clusterrolebinding", namespace.name, "--ignore-not-found")


def _prepare(cluster: Cluster, namespace: Namespace, file: Path, verb: str) -> None:
    """What brings a run to need the verb: nothing to make new objects, else too many and stopped ones to care for."""
    place = ("-n", namespace.name)
    shared = (*place, "--namespace-mode", "shared", "--storage", "persistent")
    steps: list[tuple[str, ...]] = [("down", "-v", "-t", "0", *place)]
    if verb != "create":
        steps += [("up", "-d", "--scale", "db=2", *shared), ("wait", "tests", *place), ("stop", "tests", *place)]
    for words in steps:
        done = _run(cluster, file, cluster.kubeconfig, "-p", "busy", *words)
        assert done.returncode == 0, done.stderr


def test_a_permission_that_is_taken_away_is_named(
    cluster: Cluster, namespace: Namespace, file: Path, shared: Account
) -> None:
    permissions = sorted(shared.permissions())
    few = random.Random(8).sample(permissions, 2)  # noqa: S311  (a sample, not a secret)
    for verb, resource, group in permissions if EVERY else few:
        _prepare(cluster, namespace, file, verb)
        shared.limit(shared.without(verb, resource, group))
        words = ("up", "--exit-code-from", "tests", "-n", namespace.name, "--namespace-mode", "shared")
        done = _run(cluster, file, shared.kubeconfig, "-p", "busy", *words, "--storage", "persistent")
        named = f"may not {verb} {resource}{f'.{group}' if group else ''} in the namespace {namespace.name}"
        assert done.returncode == 19, (verb, resource, done.stderr)
        assert named in done.stderr
        assert "hybridcompose rbac" in done.stderr
