"""Build contexts that the builder fetches: a repository behind a password, and archives in a volume."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster.client import pod, until
from tests.cluster.connections import run
from tests.cluster.rig.settings import chosen_rig
from tests.git_server import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.client import Cluster

_PASSWORD = "open-sesame"


@pytest.fixture
def options(cluster: Cluster) -> dict[str, Any]:
    return {
        "registry": cluster.registry,
        "registry_insecure": cluster.insecure,
        "tool_image": cluster.image("busybox"),
        "kaniko_image": cluster.image("kaniko"),
    }


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    """The name of a project whose namespace is there."""
    made = f"fetch-{uuid.uuid4().hex[:8]}"
    cluster.kubectl("create", "namespace", made)
    account = ("--namespace", made, "get", "serviceaccount", "default")
    until(lambda: cluster.kubectl(*account, check=False).returncode == 0, "the default service account")
    yield made
    cluster.kubectl("delete", "namespace", made, "--wait=false")


def project(directory: Path, cluster: Cluster) -> Path:
    context = directory / "app"
    context.mkdir(parents=True)
    (context / "Dockerfile").write_text(f"FROM {cluster.image('busybox')}\nCOPY file /file\nRUN cat /file\n")
    (context / "file").write_text("as committed\n")
    file = directory / "compose.yaml"
    file.write_text("services:\n  app:\n    build: app\n")
    return file


def git(directory: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, "-C", directory, *arguments], check=True, capture_output=True)


def test_the_checkouts_repository_is_fetched_at_its_commit_with_the_secrets_password(
    cluster: Cluster, name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    if os.environ.get("HYBRIDCOMPOSE_TEST_KUBECONFIG"):
        pytest.skip("pods of another cluster than the rig may not reach this machine")
    origin, clone = tmp_path / "served" / "shop.git", tmp_path / "clone"
    origin.mkdir(parents=True)
    git(origin, "init", "-q", "--bare", "--initial-branch=main")
    git(tmp_path, "clone", "-q", str(origin), str(clone))
    file = project(clone, cluster)
    git(clone, "checkout", "-q", "-b", "main")
    git(clone, "add", ".")
    git(clone, "commit", "-q", "-m", "first")
    git(clone, "push", "-q", "origin", "main")
    (clone / "app" / "file").write_text("changed here\n")
    login = ("--from-literal=GIT_USERNAME=me", f"--from-literal=GIT_PASSWORD={_PASSWORD}")
    cluster.kubectl("--namespace", name, "create", "secret", "generic", "login", *login)
    with served(origin.parent, chosen_rig().host_address, "me", _PASSWORD) as address:
        git(clone, "remote", "set-url", "origin", f"http://me:{_PASSWORD}@{address}/shop.git")
        given = {**options, "context_mode": "git", "context_secret": "login"}
        done = run("build", file=file, name=name, kubeconfig=cluster.kubeconfig, options=given)
    assert done.returncode == 0, done.stderr
    assert "app | as committed\n" in done.stderr
    assert "warning[checkout-changed] services.app.build.context: file: not so in commit" in done.stderr
    assert _PASSWORD not in done.stderr


def test_an_archive_is_written_brought_into_a_volume_and_built_from_there(
    cluster: Cluster, name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    file = project(tmp_path / "project", cluster)
    place = {**options, "context_mode": "pvc", "context_location": "contexts/ci"}
    written = tmp_path / "written"
    made = run(
        "build", "--write-contexts", str(written), file=file, name=name, kubeconfig=cluster.kubeconfig, options=place
    )
    assert made.returncode == 0, made.stderr
    (archive,) = made.stdout.splitlines()
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "contexts", "namespace": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "64Mi"}}},
    }
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": "contexts"}}
    keeper = pod(cluster.image("busybox"), "keeper", "sleep", "3600", volumes=[volume])
    keeper["spec"]["containers"][0]["volumeMounts"] = [{"name": "v", "mountPath": "/v"}]
    for each in (claim, keeper):
        cluster.kubectl("--namespace", name, "apply", "-f", "-", stdin=json.dumps(each))
    cluster.kubectl("--namespace", name, "wait", "--for=condition=Ready", "--timeout=120s", "pod/keeper")
    cluster.kubectl("--namespace", name, "exec", "keeper", "--", "mkdir", "/v/ci")
    cluster.kubectl("--namespace", name, "cp", archive, f"keeper:/v/ci/{os.path.basename(archive)}")
    done = run("build", file=file, name=name, kubeconfig=cluster.kubeconfig, options=place)
    assert done.returncode == 0, done.stderr
    assert "app | as committed\n" in done.stderr
