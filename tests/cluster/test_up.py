"""`up` and the commands beside it, on a real cluster: how each run ends, and that nothing is left."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from hybridcompose.cluster.api import connect, namespace_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.places import Place

#: Services of the other tests; BASE is an image with busybox.
PROJECT = """\
services:
  web:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo serving; exec httpd -f -p 8080"]
    stop_grace_period: 1s
    ports: ["80:8080"]
    healthcheck: {test: "wget -q -O - http://127.0.0.1:8080/ 2>&1 | grep -q 404", interval: 1s, retries: 30}
  once:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo one; echo two; exit 5"]
    depends_on: {web: {condition: service_healthy}}
"""


def test_the_exit_code_of_a_whole_pipeline_is_that_of_its_tests(place: Place) -> None:
    done = place.run(place.up("--exit-code-from", "tests"))
    assert done.returncode == 0, done.stderr
    assert "tests-1  | the app says: the database says 42\n" in done.stdout
    assert "tests-1 exited with code 0\n" in done.stdout
    assert place.is_gone()


def test_tests_that_fail_give_their_code(place: Place) -> None:
    done = place.run(place.up("--exit-code-from", "tests"), TESTS_EXIT="3")
    assert done.returncode == 3, done.stderr
    assert place.is_gone()


def test_a_build_that_fails_is_told_with_its_last_lines(place: Place) -> None:
    done = place.run(place.up("--exit-code-from", "tests"), BUILD_EXIT="5")
    assert done.returncode == 20, done.stderr
    assert "app/Dockerfile:6:1: error[build-failed] services.app.build.dockerfile: RUN echo" in done.stderr
    assert "ended with code 5" in done.stderr
    assert place.is_gone()


def test_a_database_that_never_becomes_healthy_is_the_cause(place: Place) -> None:
    done = place.run(place.up("--exit-code-from", "tests"), DB_CHECK="echo not yet; false")
    assert done.returncode == 21, done.stderr
    assert "services.db: db is unhealthy" in done.stderr
    assert place.is_gone()


def test_an_image_that_does_not_exist_ends_the_run(place: Place, tmp_path: Path) -> None:
    missing = tmp_path / "compose.yaml"
    missing.write_text(f"services: {{web: {{image: '{place.registry}/rig/nothing:1'}}}}\n", encoding="utf-8")
    done = place.run(place.up(file=missing))
    assert done.returncode == 21, done.stderr
    assert f"services.web: the image {place.registry}/rig/nothing:1 cannot be pulled" in done.stderr
    assert place.is_gone()


@pytest.mark.parametrize("kind", ["configs", "secrets"])
def test_a_file_that_has_to_be_there_and_is_not_ends_the_run(place: Place, tmp_path: Path, kind: str) -> None:
    missing = tmp_path / "compose.yaml"
    web = f"{{image: '{place.base_image}', {kind}: [outside]}}"
    missing.write_text(f"services: {{web: {web}}}\n{kind}: {{outside: {{external: true}}}}\n", encoding="utf-8")
    done = place.run(place.up(file=missing))
    assert done.returncode == 21, done.stderr
    assert "services.web: its volumes cannot be mounted: " in done.stderr
    assert '"outside" not found' in done.stderr
    assert place.is_gone()


def test_what_was_missing_is_found_by_the_next_run(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    web = f"{{image: '{place.base_image}', command: [sleep, '1000'], stop_grace_period: 0s, secrets: [outside]}}"
    file.write_text(f"services: {{web: {web}}}\nsecrets: {{outside: {{external: true}}}}\n", encoding="utf-8")
    assert place.run(place.up("-d", file=file)).returncode == 21
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "outside"}, "stringData": {"outside": "x"}}
    connect(str(place.kubeconfig)).request("POST", f"{namespace_path(place.name)}/secrets", body=secret)
    done = place.run(place.up("-d", file=file))
    assert done.returncode == 0, done.stderr
    assert place.run(place.command("down", file=file)).returncode == 0


def test_a_program_that_does_not_exist_ends_the_run(place: Place, tmp_path: Path) -> None:
    missing = tmp_path / "compose.yaml"
    missing.write_text(f"services: {{web: {{image: '{place.base_image}', command: [nope]}}}}\n", encoding="utf-8")
    done = place.run(place.up(file=missing))
    assert done.returncode == 21, done.stderr
    assert "services.web: the program cannot be started" in done.stderr


def test_what_was_started_can_be_listed_read_awaited_and_removed(place: Place, file: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return place.run(place.command(*arguments, file=file))

    started = place.run(place.up("-d", file=file))
    assert started.returncode == 0, started.stderr
    awaited = run("wait", "once")
    assert (awaited.returncode, awaited.stdout) == (5, "once exited with code 5\n"), awaited.stderr
    listed = [json.loads(line) for line in run("ps", "-a", "--format", "json").stdout.splitlines()]
    assert [(entry["Service"], entry["State"], entry["ExitCode"], entry["Health"]) for entry in listed] == [
        ("once", "exited", 5, ""),
        ("web", "running", 0, "healthy"),
    ]
    assert run("logs", "once").stdout == "once-1  | one\nonce-1  | two\n"
    assert run("logs", "-f", "--tail", "1", "--no-log-prefix", "once").stdout == "two\n"
    removed = run("down")
    assert removed.returncode == 0, removed.stderr
    assert place.is_gone()


def test_ctrl_c_removes_everything(place: Place, file: Path) -> None:
    with subprocess.Popen(
        place.up(file=file), env=place.variables(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        assert any("serving" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 130
    assert place.is_gone()


def test_a_second_up_takes_over_what_runs_and_replaces_what_changed(place: Place, file: Path) -> None:
    def pods() -> dict[str, str]:
        api = connect(str(place.kubeconfig))
        found = api.get(f"{namespace_path(place.name)}/pods")["items"]
        return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in found}

    assert place.run(place.up("-d", file=file)).returncode == 0
    before = pods()
    assert place.run(place.up("-d", file=file)).returncode == 0
    assert pods()["web"] == before["web"]
    file.write_text(PROJECT.replace("echo serving", "echo serving anew"), encoding="utf-8")
    assert place.run(place.up("-d", file=file)).returncode == 0
    assert pods()["web"] != before["web"]


def test_the_library_runs_a_project_for_a_block(place: Place, file: Path) -> None:
    text = PROJECT.replace("exit 5", "exit 0")
    file.write_text(text, encoding="utf-8")
    project = hc.load(file, environment={"BASE_IMAGE": place.base_image}, project_name=place.name)
    with hc.up(project, kubeconfig=str(place.kubeconfig), timeout=120, **place.options) as running:
        assert running.namespace == place.name
        assert running.wait("once") == 0
        assert running.logs("once") == "one\ntwo\n"
        assert not place.is_gone()
    assert place.is_gone()


def test_a_block_does_not_begin_where_a_dependency_fails(place: Place, file: Path) -> None:
    # What is awaited must have failed before the block could begin: a service that merely ends later is no reason.
    late = "  late:\n    image: ${BASE_IMAGE}\n    depends_on: {once: {condition: service_completed_successfully}}\n"
    file.write_text(PROJECT + late, encoding="utf-8")
    project = hc.load(file, environment={"BASE_IMAGE": place.base_image}, project_name=place.name)
    begun = time.monotonic()
    with (
        pytest.raises(hc.ServiceError, match="once"),
        hc.up(project, kubeconfig=str(place.kubeconfig), timeout=120, **place.options),
    ):
        raise AssertionError("the block has begun")
    assert time.monotonic() - begun < 100
    assert place.is_gone()
