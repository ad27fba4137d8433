"""Builds against real registries: what is there is not built again, and credentials stay where they belong."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.gather.registries.client import Registries
from hybridcompose.gather.registries.docker_config import DockerConfig
from hybridcompose.gather.registries.names import ImageName
from hybridcompose.gather.registries.transport import Transport
from tests.cluster.connections import command
from tests.cluster.rig import programs
from tests.cluster.rig.settings import chosen_rig
from tests.e2e.program import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.client import Cluster

USER, SECRET = "ann", "hunter2-do-not-print"
#: bcrypt of SECRET.
HASH = "$2b$05$abcdefghijklmnopqrstuuDvnFg24kkXl4Z2YLd87d28yidsHMz5y"
LEVEL = "pod-security.kubernetes.io/enforce"


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
    """A project whose image is one of its own in every test."""
    context = tmp_path / "app"
    context.mkdir()
    (context / "Dockerfile").write_text(f"FROM {cluster.image('busybox')}\nCOPY id /id\nCMD cat /id\n")
    (context / "id").write_text(uuid.uuid4().hex)
    path = tmp_path / "compose.yaml"
    path.write_text("services: {app: {build: app}}\n")
    return path


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    """A project name of the test's own, for namespaces that begin with it."""
    made = f"registry-{uuid.uuid4().hex[:8]}"
    yield made
    cluster.kubectl("delete", "namespace", made, f"{made}-2", "--wait=false", "--ignore-not-found")


def _run(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    first, *more = arguments
    return subprocess.run(
        command(first, *more, file=file, project=name, kubeconfig=cluster.kubeconfig, options=options),
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _digest(cluster: Cluster, name: str) -> str:
    (job,) = cluster.get("jobs", "-n", name)["items"]
    arguments = job["spec"]["template"]["spec"]["containers"][0]["args"]
    pushed = next(text for text in arguments if text.startswith("--destination=")).rpartition(":")[2]
    found = Registries(Transport([cluster.registry])).digest(ImageName(cluster.registry, f"{name}-app", pushed))
    assert found is not None
    return found


def test_what_the_registry_holds_is_run_by_its_digest_with_nothing_left_of_the_job_that_built_it(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    built = _run(cluster, file, name, options, "build")
    assert built.returncode == 0, built.stderr
    digest = _digest(cluster, name)
    cluster.kubectl("delete", "namespace", name)

    again = _run(cluster, file, name, options, "build")
    assert again.returncode == 0, again.stderr
    assert f"there already, {digest}" in again.stderr
    assert cluster.kubectl("get", "namespace", name, check=False).returncode != 0, "nothing was to do there"

    elsewhere = f"{name}-2"
    up = _run(cluster, file, name, options, "up", "-d", "-n", elsewhere)
    assert up.returncode == 0, up.stderr
    assert cluster.get("jobs", "-n", elsewhere)["items"] == []
    (pod,) = cluster.get("pods", "-n", elsewhere)["items"]
    assert pod["spec"]["containers"][0]["image"].endswith(f"@{digest}")

    (file.parent / "app" / "id").write_text("changed")
    changed = _run(cluster, file, name, options, "build")
    assert "there already" not in changed.stderr
    assert _digest(cluster, name) != digest


def test_a_registry_that_is_not_asked_is_asked_by_nobody_and_the_job_builds(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    assert _run(cluster, file, name, options, "build").returncode == 0
    unknown = _run(
        cluster, file, name, {**options, "ask_registry": "registry.invalid:5000"}, "build", "-n", f"{name}-2"
    )
    assert unknown.returncode == 0, unknown.stderr
    assert unknown.stderr.count("registry.invalid:5000 cannot be reached: its name is unknown") == 1
    assert len(cluster.get("jobs", "-n", f"{name}-2")["items"]) == 1


def test_a_build_runs_in_a_namespace_of_the_level_baseline(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    cluster.kubectl("create", "namespace", name)
    cluster.kubectl("label", "namespace", name, f"{LEVEL}=baseline", f"{LEVEL}-version=latest")
    done = _run(cluster, file, name, options, "build")
    assert done.returncode == 0, done.stderr


def test_a_build_in_a_namespace_of_the_level_restricted_is_refused_before_anything_is_made(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    cluster.kubectl("create", "namespace", name)
    cluster.kubectl("label", "namespace", name, f"{LEVEL}=restricted")
    for arguments in (["build"], ["up"], ["up", "-d"]):
        done = _run(cluster, file, name, options, *arguments)
        assert done.returncode != 0
        assert (
            f"error[pod-security]: the namespace {name} admits pods of the Pod Security level restricted" in done.stderr
        )
    assert cluster.get("jobs,secrets,pods", "-n", name)["items"] == []


def test_a_build_leaves_the_secrets_that_running_services_mount(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any]
) -> None:
    service = f"image: '{cluster.image('busybox')}', command: [sleep, '600'], stop_grace_period: 0s, secrets: [key]"
    section = "build: {context: app, secrets: [key]}, profiles: [tools]"
    (file.parent / "key").write_text("value")
    file.write_text(f"services: {{web: {{{service}}}, app: {{{section}}}}}\nsecrets: {{key: {{file: ./key}}}}\n")
    assert _run(cluster, file, name, options, "up", "-d").returncode == 0
    done = _run(cluster, file, name, options, "build", "app")
    assert done.returncode == 0, done.stderr
    assert len(cluster.get("secrets", "-n", name)["items"]) == 1


# --- a registry that wants credentials


@pytest.fixture
def locked(rig_possible: None, cluster: Cluster, tmp_path: Path) -> Iterator[str]:
    """``HOST:PORT`` of a registry that opens to USER alone, beside the node."""
    rig = chosen_rig()
    with socket.create_server((rig.host_address, 0)) as free:
        address = f"{rig.host_address}:{free.getsockname()[1]}"
    (tmp_path / "htpasswd").write_text(f"{USER}:{HASH}\n")
    settings = {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(tmp_path / "storage")}},
        "auth": {"htpasswd": {"realm": "locked", "path": str(tmp_path / "htpasswd")}},
        "http": {"addr": address},
    }
    (tmp_path / "registry.yaml").write_text(json.dumps(settings))
    program = programs.build()["registry"] / "registry"
    with (
        (tmp_path / "registry.log").open("wb") as log,
        subprocess.Popen([program, "serve", tmp_path / "registry.yaml"], stdout=log, stderr=log) as process,
    ):
        try:
            _await(address, process)
            yield address
        finally:
            process.terminate()


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    host, _, port = address.partition(":")
    for _ in range(600):
        assert process.poll() is None, "the registry has ended"
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the registry does not listen")


@pytest.fixture
def docker(locked: str, tmp_path: Path) -> dict[str, str]:
    """The variables of a user whose credentials a helper keeps."""
    directory = tmp_path / "docker"
    directory.mkdir()
    (directory / "config.json").write_text(json.dumps({"credHelpers": {locked: "test"}}))
    helper = directory / "docker-credential-test"
    answer = json.dumps({"ServerURL": locked, "Username": USER, "Secret": SECRET})
    helper.write_text(f"#!/bin/sh\necho '{answer}'\n")
    helper.chmod(0o755)
    return {"DOCKER_CONFIG": str(directory), "PATH": f"{directory}:{os.environ['PATH']}"}


def test_the_users_credentials_open_the_registry_for_the_job_and_are_told_nowhere(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], locked: str, docker: dict[str, str]
) -> None:
    given = {**options, "registry": locked}
    built = _run(cluster, file, name, given, "build", **docker)
    assert built.returncode == 0, built.stderr
    auth = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    assert cluster.get("secrets", "-n", name)["items"] == [], "they go when the build is over"
    told = [built.stdout, built.stderr]
    told.append(json.dumps(cluster.get("jobs,pods,events,configmaps", "-n", name)["items"]))
    (pod,) = cluster.get("pods", "-n", name)["items"]
    told.append(cluster.kubectl("logs", "-n", name, pod["metadata"]["name"], "--all-containers").stdout)

    again = _run(cluster, file, name, given, "build", **docker)
    assert "there already" in again.stderr
    told += [again.stderr, again.stdout]
    for text in told:
        assert SECRET not in text
        assert auth not in text

    open_to_user = Registries(Transport([locked]), DockerConfig({locked: {"username": USER, "password": SECRET}}))
    tag = next(a for a in pod["spec"]["containers"][0]["args"] if a.startswith("--destination=")).rpartition(":")[2]
    assert open_to_user.digest(ImageName(locked, f"{name}-app", tag)) is not None


def test_without_credentials_the_build_fails_and_the_registry_is_named(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], locked: str
) -> None:
    done = _run(cluster, file, name, {**options, "registry": locked}, "build")
    assert done.returncode == 20, done.stderr
    assert f"note[registry-unanswered]: {locked} wants credentials, and there are none for it" in done.stderr


def _login(locked: str, secret: str) -> dict[str, Any]:
    return {"auths": {locked: {"auth": base64.b64encode(f"{USER}:{secret}".encode()).decode()}}}


def test_wrong_credentials_end_the_build_with_one_error_and_are_told_nowhere(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], locked: str, tmp_path: Path
) -> None:
    wrong = "letmein-do-not-print"
    (tmp_path / "config.json").write_text(json.dumps(_login(locked, wrong)))
    done = _run(cluster, file, name, {**options, "registry": locked}, "build", DOCKER_CONFIG=str(tmp_path))
    assert done.returncode == 20, done.stderr
    assert done.stderr.count("error[") == 1
    assert "error[build-failed] services.app.build: the registry refuses the push: UNAUTHORIZED" in done.stderr
    assert "help: log in with docker login" in done.stderr
    left = cluster.get("jobs,pods,secrets,configmaps", "-n", name)["items"]
    assert {one["metadata"]["name"] for one in left if one["kind"] != "Pod"} == {"kube-root-ca.crt"}
    told = [done.stdout, done.stderr, json.dumps(cluster.get("events", "-n", name)["items"])]
    for text in told:
        assert wrong not in text
        assert _login(locked, wrong)["auths"][locked]["auth"] not in text


@pytest.mark.parametrize("way", ["home", "DOCKER_CONFIG", "store", "secret"])
def test_the_right_credentials_open_the_registry_wherever_they_stand(
    cluster: Cluster, file: Path, name: str, options: dict[str, Any], *, locked: str, tmp_path: Path, way: str
) -> None:
    directory, variables, given = tmp_path / ".docker", {"HOME": str(tmp_path)}, {**options, "registry": locked}
    directory.mkdir()
    login = _login(locked, SECRET)
    if way == "secret":
        cluster.kubectl("create", "namespace", name)
        (tmp_path / "login.json").write_text(json.dumps(login))
        kind = f"--from-file=.dockerconfigjson={tmp_path}/login.json"
        cluster.kubectl(
            "create", "secret", "generic", "ours", kind, "--type=kubernetes.io/dockerconfigjson", "-n", name
        )
        given["registry_secret"] = "ours"
    elif way == "store":
        answer = json.dumps({"ServerURL": locked, "Username": USER, "Secret": SECRET})
        (directory / "docker-credential-all").write_text(f"#!/bin/sh\necho '{answer}'\n")
        (directory / "docker-credential-all").chmod(0o755)
        (directory / "config.json").write_text(json.dumps({"credsStore": "all"}))
        variables["PATH"] = f"{directory}:{os.environ['PATH']}"
    else:
        place = directory if way == "home" else tmp_path
        (place / "config.json").write_text(json.dumps(login))
        if way == "DOCKER_CONFIG":
            variables["DOCKER_CONFIG"] = str(tmp_path)
    done = _run(cluster, file, name, given, "build", **variables)
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    kept = ["ours"] if way == "secret" else []
    assert [one["metadata"]["name"] for one in cluster.get("secrets", "-n", name)["items"]] == kept
