"""The commands that need a cluster, without one: one clear message and the documented exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import run

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

_COMMANDS = [["up"], ["up", "-d"], ["down"], ["ps"], ["logs"], ["logs", "-f", "web"], ["wait", "web"], ["build"]]
_TOKEN = "the-token-of-the-test"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    text = "name: demo\nservices: {web: {image: i, build: {dockerfile_inline: FROM scratch}}}\n"
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _run(project: Path, arguments: list[str], kubeconfig: Path) -> subprocess.CompletedProcess[bytes]:
    registry = ["--registry", "r.example:5000", "--ask-registry", "none"] if arguments[0] in ("up", "build") else []
    return run("-q", *arguments, *registry, "--kubeconfig", kubeconfig, directory=project)


@pytest.mark.parametrize("arguments", _COMMANDS, ids=" ".join)
def test_a_cluster_that_does_not_answer(project: Path, arguments: list[str]) -> None:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        # Port 1 of this machine: nobody listens there.
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": {"token": _TOKEN}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    kubeconfig = project / "kubeconfig"
    kubeconfig.write_text(json.dumps(content), encoding="utf-8")
    done = _run(project, arguments, kubeconfig)
    told = done.stderr.decode()
    assert (done.returncode, done.stdout) == (19, b""), told
    assert told.count("error[cluster-unreachable]") == 1
    assert "https://127.0.0.1:1 does not answer: Connection refused" in told
    assert "Traceback" not in told
    assert _TOKEN not in told


def test_no_cluster_is_configured(project: Path) -> None:
    done = _run(project, ["ps"], project / "nowhere")
    assert done.returncode == 19
    assert done.stderr.decode().count("error[cluster-unreachable]") == 1


@pytest.mark.parametrize(
    "arguments",
    [["up", "-d", "--exit-code-from", "web"], ["up", "--exit-code-from", "nobody"], ["wait"], ["logs", "--tail", "x"]],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused_before_the_cluster_is_asked(project: Path, arguments: list[str]) -> None:
    done = _run(project, arguments, project / "nowhere")
    assert done.returncode == 2, done.stderr
    assert b"error:" in done.stderr
