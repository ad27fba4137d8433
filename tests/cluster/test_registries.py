"""Builds against real registries: what is there is not built again, and credentials stay where they belong."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.gather.registries.client import Registries
from hybridcompose.gather.registries.docker_config import DockerConfig
from hybridcompose.gather.registries.names import ImageName
from hybridcompose.gather.registries.transport import Transport
from tests.cluster.rig import process, programs
from tests.cluster.rig.settings import chosen_rig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.builder import Builder

USER, SECRET = "ann", "hunter2-do-not-print"
#: bcrypt of SECRET.
HASH = "$2b$05$abcdefghijklmnopqrstuuDvnFg24kkXl4Z2YLd87d28yidsHMz5y"
LEVEL = "pod-security.kubernetes.io/enforce"


@pytest.fixture
def app(builder: Builder) -> Builder:
    """A project whose image is one of its own in every test."""
    builder.write("COPY id /id\nCMD cat /id\n", id=uuid.uuid4().hex)
    return builder


def _digest(app: Builder) -> str:
    (job,) = app.get("jobs")
    pushed = _pushed(job["spec"]["template"])
    registry = app.cluster.registry
    found = Registries(Transport([registry])).digest(ImageName(registry, f"{app.name}-app", pushed))
    assert found is not None
    return found


def _pushed(pod: dict[str, Any]) -> str:
    """The tag that a builder's pod pushes."""
    arguments = pod["spec"]["containers"][0]["args"]
    return str(next(text for text in arguments if text.startswith("--destination="))).rpartition(":")[2]


def test_what_the_registry_holds_is_run_by_its_digest_with_nothing_left_of_the_job_that_built_it(app: Builder) -> None:
    app.built()
    digest = _digest(app)
    app.cluster.kubectl("delete", "namespace", app.name)

    assert f"there already, {digest}" in app.built()
    assert app.cluster.kubectl("get", "namespace", app.name, check=False).returncode != 0, "nothing was to do there"

    elsewhere = f"{app.name}-2"
    up = app.run("up", "-d", "-n", elsewhere)
    assert up.returncode == 0, up.stderr
    assert app.get("jobs", elsewhere) == []
    (pod,) = app.get("pods", elsewhere)
    assert pod["spec"]["containers"][0]["image"].endswith(f"@{digest}")

    (app.context / "id").write_text("changed")
    assert "there already" not in app.built()
    assert _digest(app) != digest


def test_a_registry_that_is_not_asked_is_asked_by_nobody_and_the_job_builds(app: Builder) -> None:
    app.built()
    elsewhere = f"{app.name}-2"
    told = app.built("-n", elsewhere, ask_registry="registry.invalid:5000")
    assert told.count("registry.invalid:5000 cannot be reached: its name is unknown") == 1
    assert len(app.get("jobs", elsewhere)) == 1


def test_a_build_runs_in_a_namespace_of_the_level_baseline(app: Builder) -> None:
    app.make_namespace(f"{LEVEL}=baseline", f"{LEVEL}-version=latest")
    app.built()


def test_a_build_in_a_namespace_of_the_level_restricted_is_refused_before_anything_is_made(app: Builder) -> None:
    app.make_namespace(f"{LEVEL}=restricted")
    for arguments in (["build"], ["up"], ["up", "-d"]):
        done = app.run(*arguments)
        assert done.returncode != 0
        expected = f"the namespace {app.name} admits pods of the Pod Security level restricted"
        assert f"error[pod-security]: {expected}" in done.stderr
    assert app.get("jobs,secrets,pods") == []


def test_a_build_leaves_the_secrets_that_running_services_mount(app: Builder) -> None:
    image = app.cluster.image("busybox")
    service = f"image: '{image}', command: [sleep, '600'], stop_grace_period: 0s, secrets: [key]"
    section = "build: {context: app, secrets: [key]}, profiles: [tools]"
    (app.directory / "key").write_text("value")
    app.project(f"web: {{{service}}}, app: {{{section}}}", secrets="key: {file: ./key}")
    assert app.run("up", "-d").returncode == 0
    app.built("app")
    assert len(app.get("secrets")) == 1


# --- a registry that wants credentials


@contextmanager
def _served(directory: Path, auth: dict[str, Any] | None = None, tls: dict[str, str] | None = None) -> Iterator[str]:
    """``HOST:PORT`` of a registry beside the node, which keeps everything below ``directory``."""
    rig = chosen_rig()
    with socket.create_server((rig.host_address, 0)) as free:
        address = f"{rig.host_address}:{free.getsockname()[1]}"
    settings = {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(directory / "storage")}},
        "http": {"addr": address, **({"tls": tls} if tls else {})},
        **({"auth": auth} if auth else {}),
    }
    (directory / "registry.yaml").write_text(json.dumps(settings))
    program = programs.build()["registry"] / "registry"
    with (
        (directory / "registry.log").open("wb") as log,
        subprocess.Popen([program, "serve", directory / "registry.yaml"], stdout=log, stderr=log) as serving,
    ):
        try:
            _await(address, serving)
            yield address
        finally:
            serving.terminate()


@pytest.fixture
def locked(rig_possible: None, tmp_path: Path) -> Iterator[str]:
    """``HOST:PORT`` of a registry that opens to USER alone."""
    (tmp_path / "htpasswd").write_text(f"{USER}:{HASH}\n")
    with _served(tmp_path, auth={"htpasswd": {"realm": "locked", "path": str(tmp_path / "htpasswd")}}) as address:
        yield address


def _await(address: str, serving: subprocess.Popen[bytes]) -> None:
    host, _, port = address.partition(":")
    for _ in range(600):
        assert serving.poll() is None, "the registry has ended"
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
    _helper(directory, locked)
    return {"DOCKER_CONFIG": str(directory), "PATH": f"{directory}:{os.environ['PATH']}"}


def _helper(directory: Path, registry: str) -> None:
    """The credential helper ``test``, which knows one registry."""
    answer = json.dumps({"ServerURL": registry, "Username": USER, "Secret": SECRET})
    (directory / "docker-credential-test").write_text(f"#!/bin/sh\necho '{answer}'\n")
    (directory / "docker-credential-test").chmod(0o755)


def test_the_users_credentials_open_the_registry_for_the_job_and_are_told_nowhere(
    app: Builder, locked: str, docker: dict[str, str]
) -> None:
    built = app.build(registry=locked, variables=docker)
    assert built.returncode == 0, built.stderr
    auth = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    assert app.get("secrets") == [], "they go when the build is over"
    told = [built.stdout, built.stderr, json.dumps(app.get("jobs,pods,events,configmaps"))]
    (pod,) = app.get("pods")
    told.append(app.kubectl("logs", pod["metadata"]["name"], "--all-containers"))

    again = app.build(registry=locked, variables=docker)
    assert "there already" in again.stderr
    for text in (*told, again.stderr, again.stdout):
        assert SECRET not in text
        assert auth not in text

    open_to_user = Registries(Transport([locked]), DockerConfig({locked: {"username": USER, "password": SECRET}}))
    assert open_to_user.digest(ImageName(locked, f"{app.name}-app", _pushed(pod))) is not None


def test_without_credentials_the_build_fails_and_the_registry_is_named(app: Builder, locked: str) -> None:
    done = app.build(registry=locked)
    assert done.returncode == 20, done.stderr
    assert f"note[registry-unanswered]: {locked} wants credentials, and there are none for it" in done.stderr


def _login(locked: str, secret: str) -> dict[str, Any]:
    return {"auths": {locked: {"auth": base64.b64encode(f"{USER}:{secret}".encode()).decode()}}}


def test_wrong_credentials_end_the_build_with_one_error_and_are_told_nowhere(app: Builder, locked: str) -> None:
    wrong = "letmein-do-not-print"
    (app.directory / "config.json").write_text(json.dumps(_login(locked, wrong)))
    done = app.build(registry=locked, variables={"DOCKER_CONFIG": str(app.directory)})
    assert done.returncode == 20, done.stderr
    assert done.stderr.count("error[") == 1
    assert "error[build-failed] services.app.build: the registry refuses the push: UNAUTHORIZED" in done.stderr
    assert "help: log in with docker login" in done.stderr
    told = [done.stdout, done.stderr, json.dumps(app.get("events"))]
    for text in told:
        assert wrong not in text
        assert _login(locked, wrong)["auths"][locked]["auth"] not in text
    app.nothing_is_left()


@pytest.mark.parametrize("way", ["home", "DOCKER_CONFIG", "store", "secret"])
def test_the_right_credentials_open_the_registry_wherever_they_stand(app: Builder, locked: str, way: str) -> None:
    directory, variables, given = app.directory / ".docker", {"HOME": str(app.directory)}, {"registry": locked}
    directory.mkdir()
    login = _login(locked, SECRET)
    if way == "secret":
        app.make_namespace()
        (app.directory / "login.json").write_text(json.dumps(login))
        content = f"--from-file=.dockerconfigjson={app.directory}/login.json"
        app.kubectl("create", "secret", "generic", "ours", content, "--type=kubernetes.io/dockerconfigjson")
        given["registry_secret"] = "ours"
    elif way == "store":
        _helper(directory, locked)
        (directory / "config.json").write_text(json.dumps({"credsStore": "test"}))
        variables["PATH"] = f"{directory}:{os.environ['PATH']}"
    else:
        place = directory if way == "home" else app.directory
        (place / "config.json").write_text(json.dumps(login))
        if way == "DOCKER_CONFIG":
            variables["DOCKER_CONFIG"] = str(app.directory)
    done = app.build(variables=variables, **given)
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    kept = ["ours"] if way == "secret" else []
    assert [one["metadata"]["name"] for one in app.get("secrets")] == kept


# --- certificates, and registries without any


@pytest.fixture
def certified(rig_possible: None, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """``HOST:PORT`` of a registry whose certificate nobody else has signed, and that certificate."""
    key, certificate = tmp_path / "registry.key", tmp_path / "registry.crt"
    name = ["-subj", "/CN=registry", "-addext", f"subjectAltName=IP:{chosen_rig().host_address}", "-days", "2"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    process.run(["openssl", "req", "-x509", *kind, *name, "-keyout", key, "-out", certificate])
    with _served(tmp_path, tls={"certificate": str(certificate), "key": str(key)}) as address:
        yield address, certificate


def test_a_certificate_of_ones_own_is_trusted_by_job_and_client_where_it_is_given(
    app: Builder, certified: tuple[str, Path]
) -> None:
    registry, certificate = certified
    without = app.build(registry=registry)
    assert without.returncode == 20, without.stderr
    assert f"{registry} has a certificate that is not trusted here" in without.stderr
    assert "the certificate of the registry that is pushed to is not trusted: " in without.stderr
    assert "x509: " in without.stderr
    assert "--registry-ca" in without.stderr
    app.built(registry=registry, registry_ca=str(certificate))
    assert "there already" in app.built(registry=registry, registry_ca=str(certificate))


def test_a_registry_without_tls_takes_images_where_it_is_said_to_have_none(rig_possible: None, app: Builder) -> None:
    """By a name: at a private address everybody tries it without."""
    host, _, port = app.cluster.registry.partition(":")
    app.project(f"app: {{build: {{context: app, extra_hosts: ['plain.example={host}']}}}}")
    given = {"registry": f"plain.example:{port}", "ask_registry": app.cluster.registry}
    without = app.build(**given)
    assert without.returncode == 20, without.stderr
    assert "the registry that is pushed to speaks plain HTTP" in without.stderr
    assert "--registry-insecure" in without.stderr
    app.built(**given, registry_insecure=True)
    assert "there already" in app.built(**given, registry_insecure=True)
