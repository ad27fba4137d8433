"""Build contexts that the builder fetches: a repository behind a password, and archives in a volume."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.cluster.client import Namespace, pod
from tests.cluster.rig.settings import chosen_rig
from tests.git_server import served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.builder import Builder

_PASSWORD = "open-sesame"


DOCKERFILE = "COPY file /file\nRUN cat /file\n"


@pytest.fixture
def app(builder: Builder) -> Builder:
    """A project whose namespace is there."""
    builder.make_namespace()
    return builder


def git(directory: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, "-C", directory, *arguments], check=True, capture_output=True)


def test_the_checkouts_repository_is_fetched_at_its_commit_with_the_secrets_password(
    app: Builder, tmp_path: Path
) -> None:
    if os.environ.get("HYBRIDCOMPOSE_TEST_KUBECONFIG"):
        pytest.skip("pods of another cluster than the rig may not reach this machine")
    origin, clone = tmp_path / "served" / "shop.git", tmp_path / "clone"
    origin.mkdir(parents=True)
    git(origin, "init", "-q", "--bare", "--initial-branch=main")
    git(tmp_path, "clone", "-q", str(origin), str(clone))
    app = replace(app, directory=clone)
    app.write(DOCKERFILE, file="as committed\n")
    git(clone, "checkout", "-q", "-b", "main")
    git(clone, "add", ".")
    git(clone, "commit", "-q", "-m", "first")
    git(clone, "push", "-q", "origin", "main")
    (app.context / "file").write_text("changed here\n")
    login = ("--from-literal=GIT_USERNAME=me", f"--from-literal=GIT_PASSWORD={_PASSWORD}")
    app.kubectl("create", "secret", "generic", "login", *login)
    with served(origin.parent, chosen_rig().host_address, "me", _PASSWORD) as address:
        git(clone, "remote", "set-url", "origin", f"http://me:{_PASSWORD}@{address}/shop.git")
        told = app.built(context_mode="git", context_secret="login")
    assert "app | as committed\n" in told
    assert "warning[checkout-changed] services.app.build.context: file: not so in commit" in told
    assert _PASSWORD not in told


def test_an_archive_is_written_brought_into_a_volume_and_built_from_there(app: Builder, tmp_path: Path) -> None:
    app.write(DOCKERFILE, file="as committed\n")
    place = {"context_mode": "pvc", "context_location": "contexts/ci"}
    made = app.build("--write-contexts", str(tmp_path / "written"), **place)
    assert made.returncode == 0, made.stderr
    (archive,) = made.stdout.splitlines()
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "contexts"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "64Mi"}}},
    }
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": "contexts"}}
    keeper = pod(app.cluster.image("busybox"), "keeper", "sleep", "3600", volumes=[volume])
    keeper["spec"]["containers"][0]["volumeMounts"] = [{"name": "v", "mountPath": "/v"}]
    namespace = Namespace(app.cluster, app.name)
    namespace.apply(claim, keeper)
    namespace.ready("keeper", seconds=120)
    namespace.run("keeper", "mkdir", "/v/ci")
    app.kubectl("cp", archive, f"keeper:/v/ci/{os.path.basename(archive)}")
    assert "app | as committed\n" in app.built(**place)
