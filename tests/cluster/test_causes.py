"""Why a run fails, by name: each cause on a real cluster, with what a person would look up."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.cluster.client import until
from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.client import Cluster, Namespace

LOOP = "command: [sh, -c, \"trap 'exit 0' TERM; while :; do sleep 0.1; done\"]"
#: Project, further words for `up --wait`, and what must be said.
CAUSES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "a container that ends again and again": (
        'services: {web: {image: "${IMAGE}", command: [sh, -c, "echo no luck; exit 3"], restart: always,'
        ' healthcheck: {test: "true", start_period: 5m}}}',
        (),
        ("services.web", "has ended 5 times, the last time with code 3: CrashLoopBackOff", "    no luck"),
    ),
    "a dependency that fails": (
        'services: {web: {image: "${IMAGE}", depends_on: {once: {condition: service_completed_successfully}}},'
        ' once: {image: "${IMAGE}", command: [sh, -c, "echo went wrong; exit 4"]}}',
        (),
        ("services.once: once exited with code 4, and web depends on it", "    went wrong"),
    ),
    "a health check that never succeeds": (
        f'services: {{web: {{image: "${{IMAGE}}", {LOOP}, healthcheck:'
        " {test: echo not yet; false, interval: 1s, timeout: 1s, retries: 2}}}",
        (),
        ("services.web: web is unhealthy: no health check succeeded within 4 s", "probe failed: not yet", "Ready: "),
    ),
    "an init container that fails": (
        'services: {web: {image: "${IMAGE}", ' + LOOP + ', pre_start: [{command: [sh, -c, "echo broken; exit 6"]}]}}',
        (),
        ("services.web", "fails with code 6", "    broken"),
    ),
    "a pod that no node takes in time": (
        f'services: {{web: {{image: "${{IMAGE}}", {LOOP}, deploy: {{resources: {{reservations: {{cpus: "999"}}}}}}}}}}',
        ("--wait-timeout", "5"),
        ("services.web: not done within 5 s (not ready: web); web: no node takes its pod: 0/1", "Insufficient cpu"),
    ),
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "compose.yaml"


def _command(cluster: Cluster, namespace: Namespace, file: Path, *words: str) -> list[str]:
    place = ("-n", namespace.name, "--kubeconfig", str(cluster.kubeconfig))
    return [*COMMAND, "-f", str(file), "-p", "causes", *words, *place]


def _environment(cluster: Cluster) -> dict[str, str]:
    image = cluster.image("busybox")
    return environment(IMAGE=image, HYBRIDCOMPOSE_TOOL_IMAGE=image)


def _up(cluster: Cluster, namespace: Namespace, file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(cluster, namespace, file, "up", "--wait", *words),
        env=_environment(cluster),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize("cause", CAUSES)
def test_the_cause_is_named_and_what_belongs_to_it_shown(
    cluster: Cluster, namespace: Namespace, file: Path, cause: str
) -> None:
    project, words, told = CAUSES[cause]
    file.write_text(project, encoding="utf-8")
    done = _up(cluster, namespace, file, *words)
    assert done.returncode in (21, 22), done.stderr
    assert [text for text in told if text not in done.stderr] == [], done.stderr
    assert f"{file}:1:" in done.stderr


QUOTA = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small"}, "spec": {"hard": {"pods": "0"}}}


@pytest.mark.parametrize("workloads", ["pod", "deployment"])
def test_a_quota_that_is_used_up_ends_the_run_at_once(
    cluster: Cluster, namespace: Namespace, file: Path, workloads: str
) -> None:
    namespace.apply(QUOTA)
    until(lambda: namespace.get("resourcequota", "small").get("status", {}).get("hard"), "the quota's numbers")
    file.write_text(f'services: {{web: {{image: "${{IMAGE}}", {LOOP}}}}}', encoding="utf-8")
    begun = time.monotonic()
    done = _up(cluster, namespace, file, "--workloads", workloads)
    assert done.returncode == (19 if workloads == "pod" else 21), done.stderr
    assert "exceeded quota: small" in done.stderr
    assert "services.web" in done.stderr
    assert time.monotonic() - begun < 60


def test_a_pod_security_level_that_refuses_the_pod_is_told_with_the_option_that_helps(
    cluster: Cluster, namespace: Namespace, file: Path
) -> None:
    cluster.kubectl("label", "namespace", namespace.name, "pod-security.kubernetes.io/enforce=restricted")
    file.write_text(f'services: {{web: {{image: "${{IMAGE}}", {LOOP}}}}}', encoding="utf-8")
    done = _up(cluster, namespace, file)
    assert done.returncode == 19, done.stderr
    assert 'violates PodSecurity "restricted:latest"' in done.stderr
    assert "--pod-security" in done.stderr


@pytest.fixture
def waiting(cluster: Cluster, namespace: Namespace, file: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that waits for a service, which runs and is not healthy yet."""
    file.write_text(
        f'services: {{web: {{image: "${{IMAGE}}", {LOOP}, healthcheck: {{test: "false", start_period: 5m}}}}}}',
        encoding="utf-8",
    )
    with subprocess.Popen(
        _command(cluster, namespace, file, "up", "--wait"),
        env=_environment(cluster),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        get = ("get", "pod", "web", "-o", "jsonpath={.status.phase}")
        until(lambda: namespace.kubectl(*get, check=False).stdout == "Running", "the pod")
        yield process
        process.kill()


def test_an_eviction_is_named(cluster: Cluster, namespace: Namespace, waiting: subprocess.Popen[str]) -> None:
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "web", "namespace": namespace.name}}
    path = f"/api/v1/namespaces/{namespace.name}/pods/web/eviction"
    cluster.kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(eviction))
    _, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == 21, errors
    assert "services.web: the pod is evicted: EvictionByEvictionAPI" in errors


def test_a_pod_that_somebody_deletes_ends_the_run(namespace: Namespace, waiting: subprocess.Popen[str]) -> None:
    namespace.kubectl("delete", "pod", "web", "--grace-period=0", "--force")
    _, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == 21, errors
    assert "services.web: it was deleted by somebody else" in errors


def test_a_pod_that_takes_more_than_its_node_allows_is_evicted_and_named(
    cluster: Cluster, namespace: Namespace, file: Path
) -> None:
    # The kubelet looks at the size of files every ten seconds.
    fill = (
        "dd if=/dev/zero of=/tmp/big bs=1048576 count=64 2>/dev/null; trap 'exit 0' TERM; while :; do sleep 0.1; done"
    )
    project = {
        "services": {
            "web": {
                "image": cluster.image("busybox"),
                "command": ["sh", "-c", fill],
                "x-hybridcompose": {"container": {"resources": {"limits": {"ephemeral-storage": "16Mi"}}}},
                "healthcheck": {"test": "false", "start_period": "5m"},
            }
        }
    }
    file.write_text(json.dumps(project), encoding="utf-8")
    done = _up(cluster, namespace, file)
    assert done.returncode == 21, done.stderr
    assert "services.web: the pod was ended: Evicted: " in done.stderr
