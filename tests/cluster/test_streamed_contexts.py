"""Build contexts that no object holds, streamed into real Jobs over connections that break."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from tests.cluster.client import until
from tests.cluster.connections import address, through
from tests.e2e.program import environment
from tests.proxy import after, proxied

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.builder import Builder
    from tests.cluster.client import Namespace

SIZE = 20_000_000


@pytest.fixture
def app(builder: Builder) -> Builder:
    """A project whose service prints the hash of a large file of its image."""
    builder.write("COPY blob /blob\nCMD sha256sum /blob\n", blob=os.urandom(SIZE))
    return builder


def expected(app: Builder) -> str:
    return hashlib.sha256((app.context / "blob").read_bytes()).hexdigest()


def test_a_context_of_twenty_megabytes_arrives_bit_for_bit(app: Builder) -> None:
    done = app.run("up", "--exit-code-from", "app")
    assert done.returncode == 0, done.stderr
    assert f"app-1  | {expected(app)}  /blob\n" in done.stdout
    assert "image of app: sending its context, 19.1 MiB\n" in done.stderr
    assert "image of app: its context has arrived\n" in done.stderr


def test_a_stream_that_is_cut_in_the_middle_begins_again(app: Builder, tmp_path: Path) -> None:
    real = app.cluster.kubeconfig
    with proxied(address(real), after(SIZE // 2, times=2)) as proxy:
        done = app.run("up", "--exit-code-from", "app", kubeconfig=through(real, proxy.port, tmp_path))
        assert proxy.count == 2
    assert done.returncode == 0, done.stderr
    assert f"app-1  | {expected(app)}  /blob\n" in done.stdout
    assert done.stderr.count("again from the beginning") == 2


def test_a_stream_that_always_breaks_fails_the_build_and_leaves_nothing_of_it(app: Builder, tmp_path: Path) -> None:
    """Not its Job, and neither the Secret of its secrets nor a ConfigMap."""
    (tmp_path / "key").write_text("value")
    app.project("app: {build: {context: app, secrets: [key]}}", secrets="key: {file: ./key}")
    real = app.cluster.kubeconfig
    with proxied(address(real), after(SIZE // 2, times=1000)) as proxy:
        done = app.build(kubeconfig=through(real, proxy.port, tmp_path))
    assert done.returncode == 20, done.stderr
    assert "error[build-failed] services.app.build.context" in done.stderr
    assert "its context could not be sent" in done.stderr
    app.nothing_is_left()


def test_ctrl_c_in_the_middle_of_a_stream_leaves_no_job(app: Builder, tmp_path: Path) -> None:
    over = threading.Event()

    def stalls(sent: int, received: int) -> bool:
        return sent > SIZE // 2 and over.wait(60)

    real = app.cluster.kubeconfig
    with proxied(address(real), stalls) as proxy:
        call = app.command("build", kubeconfig=through(real, proxy.port, tmp_path))
        with subprocess.Popen(call, env=environment(), stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert any("sending its context" in line for line in process.stderr)
            assert app.jobs()
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        over.set()
    app.nothing_is_left()


def test_a_job_that_nobody_streams_to_ends_by_its_deadline_and_says_why(namespace: Namespace, app: Builder) -> None:
    project = hc.load(app.file, environment={})
    plan = hc.translate(project, **app.options, namespace=namespace.name, streaming=True, context_timeout=2)
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
