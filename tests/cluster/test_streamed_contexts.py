"""Build contexts that no object holds, streamed into real Jobs over connections that break."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from tests.cluster.client import until
from tests.cluster.connections import address, command, run, through
from tests.e2e.program import environment
from tests.proxy import after, proxied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.client import Cluster, Namespace

SIZE = 20_000_000


@pytest.fixture
def options(cluster: Cluster) -> dict[str, Any]:
    return {
        "registry": cluster.registry,
        "registry_insecure": cluster.insecure,
        "tool_image": cluster.image("busybox"),
        "kaniko_image": cluster.image("kaniko"),
    }


@pytest.fixture
def file(cluster: Cluster, tmp_path: Path) -> Path:
    """A project whose service prints the hash of a large file of its image."""
    context = tmp_path / "app"
    context.mkdir()
    (context / "Dockerfile").write_text(f"FROM {cluster.image('python')}\nCOPY blob /blob\n", encoding="utf-8")
    (context / "blob").write_bytes(os.urandom(SIZE))
    path = tmp_path / "compose.yaml"
    path.write_text("services:\n  app:\n    build: app\n    command: [sha256sum, /blob]\n", encoding="utf-8")
    return path


def expected(file: Path) -> str:
    return hashlib.sha256((file.parent / "app" / "blob").read_bytes()).hexdigest()


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    """A project name of the test's own, and with it a namespace."""
    made = f"stream-{uuid.uuid4().hex[:8]}"
    yield made
    cluster.kubectl("delete", "namespace", made, "--wait=false", "--ignore-not-found")


def test_a_context_of_twenty_megabytes_arrives_bit_for_bit(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    done = run("up", "--exit-code-from", "app", file=file, name=name, kubeconfig=cluster.kubeconfig, options=options)
    assert done.returncode == 0, done.stderr
    assert f"app-1  | {expected(file)}  /blob\n" in done.stdout
    assert "image of app: sending its context, 19.1 MiB\n" in done.stderr
    assert "image of app: its context has arrived\n" in done.stderr


def test_a_stream_that_is_cut_in_the_middle_begins_again(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    with proxied(address(cluster.kubeconfig), after(SIZE // 2, times=2)) as proxy:
        kubeconfig = through(cluster.kubeconfig, proxy.port, tmp_path)
        done = run("up", "--exit-code-from", "app", file=file, name=name, kubeconfig=kubeconfig, options=options)
        assert proxy.count == 2
    assert done.returncode == 0, done.stderr
    assert f"app-1  | {expected(file)}  /blob\n" in done.stdout
    assert done.stderr.count("again from the beginning") == 2


def test_a_stream_that_always_breaks_fails_the_build_and_leaves_nothing_of_it(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    """Not its Job, and neither the Secret of its secrets nor a ConfigMap."""
    (tmp_path / "key").write_text("value")
    build = "build: {context: app, secrets: [key]}"
    file.write_text(f"services:\n  app:\n    {build}\nsecrets: {{key: {{file: ./key}}}}\n", encoding="utf-8")
    with proxied(address(cluster.kubeconfig), after(SIZE // 2, times=1000)) as proxy:
        kubeconfig = through(cluster.kubeconfig, proxy.port, tmp_path)
        done = run("build", file=file, name=name, kubeconfig=kubeconfig, options=options)
    assert done.returncode == 20, done.stderr
    assert "error[build-failed] services.app.build.context" in done.stderr
    assert "its context could not be sent" in done.stderr

    def left() -> set[str]:
        found = cluster.get("jobs,secrets,configmaps", "--namespace", name)["items"]
        return {one["metadata"]["name"] for one in found} - {"kube-root-ca.crt"}

    until(lambda: not left(), "the end of the Job and of what it was made from")


def test_ctrl_c_in_the_middle_of_a_stream_leaves_no_job(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    over = threading.Event()

    def stalls(sent: int, received: int) -> bool:
        return sent > SIZE // 2 and over.wait(60)

    with proxied(address(cluster.kubeconfig), stalls) as proxy:
        kubeconfig = through(cluster.kubeconfig, proxy.port, tmp_path)
        call = command("build", file=file, project=name, kubeconfig=kubeconfig, options=options)
        with subprocess.Popen(call, env=environment(), stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert any("sending its context" in line for line in process.stderr)
            assert cluster.get("jobs", "--namespace", name)["items"]
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        over.set()
    until(lambda: not cluster.get("jobs", "--namespace", name)["items"], "the Job's end")


def test_a_job_that_nobody_streams_to_ends_by_its_deadline_and_says_why(
    namespace: Namespace, file: Path, options: dict[str, Any]
) -> None:
    project = hc.load(file, environment={})
    plan = hc.translate(project, **options, namespace=namespace.name, streaming=True, context_timeout=2)
    (image,) = plan.images
    assert image.context is not None
    namespace.kubectl("apply", "-f", "-", stdin=hc.render(plan))

    def failed() -> bool:
        conditions = namespace.get("job", image.job.name)["status"].get("conditions", [])
        return any(condition["type"] == "Failed" for condition in conditions)

    until(failed, "the Job's failure")
    (pod,) = namespace.get("pods", "-l", f"batch.kubernetes.io/job-name={image.job.name}")["items"]
    (receiver,) = pod["status"]["initContainerStatuses"]
    assert receiver["state"]["terminated"]["exitCode"] == 1
    assert "nothing of the build context arrived for 2 s" in receiver["state"]["terminated"]["message"]
