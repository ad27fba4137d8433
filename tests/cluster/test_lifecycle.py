"""Stopping and starting services, and what `up` does with what is there already, on a real cluster."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

from tests.e2e.program import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.places import Place

#: BASE is an image with busybox.
PROJECT = """\
services:
  db:
    image: ${BASE_IMAGE}
    command: [sh, -c, "trap 'exit 3' TERM; trap 'echo got usr1' USR1; echo up; while :; do sleep 0.1; done"]
    healthcheck: {test: "true", interval: 1s}
    restart: always
  web:
    image: ${BASE_IMAGE}
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    depends_on: {db: {condition: service_healthy}}
  counted:
    image: ${BASE_IMAGE}
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    restart: on-failure:2
"""


def _run(place: Place, file: Path, *arguments: str) -> str:
    """What it printed; it must succeed."""
    done = place.run(place.command(*arguments, file=file))
    assert done.returncode == 0, done.stderr
    return done.stdout


def _up(place: Place, file: Path, *arguments: str) -> str:
    done = place.run(place.up("-d", *arguments, file=file))
    assert done.returncode == 0, done.stderr
    return done.stderr


def _containers(place: Place, file: Path) -> dict[str, dict[str, Any]]:
    listed = _run(place, file, "ps", "-a", "--format", "json").splitlines()
    return {entry["Name"].removeprefix(f"{place.name}-"): entry for entry in map(json.loads, listed)}


def _states(place: Place, file: Path) -> dict[str, tuple[str, int]]:
    return {name: (entry["State"], entry["ExitCode"]) for name, entry in _containers(place, file).items()}


def test_services_stop_as_they_like_and_start_as_they_were(place: Place, file: Path) -> None:
    _up(place, file)
    assert set(_states(place, file).values()) == {("running", 0)}
    _run(place, file, "stop")
    assert _states(place, file) == {"counted-1": ("exited", 0), "db-1": ("exited", 3), "web-1": ("exited", 0)}
    assert _run(place, file, "ps", "--format", "json") == ""
    # The project's name is enough: the cluster knows the rest.
    named = [*place.command("start", "web", file=file)]
    named[named.index("-f") : named.index("-f") + 2] = []
    started = place.run(named)
    assert started.returncode == 0, started.stderr
    assert _states(place, file) == {"counted-1": ("exited", 0), "db-1": ("running", 0), "web-1": ("running", 0)}
    taken_over = _up(place, file)
    assert "service db: created" not in taken_over
    assert set(_states(place, file).values()) == {("running", 0)}


def test_signals_arrive_and_the_last_one_ends(place: Place, file: Path) -> None:
    _up(place, file, "db")
    _run(place, file, "kill", "-s", "SIGUSR1", "db")
    assert "got usr1" in _run(place, file, "logs", "db")
    before = _containers(place, file)["db-1"]
    _run(place, file, "restart", "db")
    after = _containers(place, file)["db-1"]
    assert (after["State"], after["CreatedAt"] > before["CreatedAt"]) == ("running", True)
    wait = place.command("wait", "db", file=file)
    with subprocess.Popen(wait, env=place.variables(), stdout=subprocess.PIPE, text=True) as waiting:
        _run(place, file, "kill", "db")
        assert _states(place, file) == {"db-1": ("exited", 137)}
        # Who waited is told, and so is who begins to wait when it is over.
        late = place.run(wait)
        told = waiting.communicate(timeout=100)[0]
    assert {(late.returncode, late.stdout), (waiting.returncode, told)} == {(137, "db exited with code 137\n")}


def test_what_is_killed_or_stopped_from_elsewhere_has_ended_for_who_runs_it(place: Place, file: Path) -> None:
    begun = PROJECT.replace("trap 'exit 0' TERM;", "echo begun; trap 'exit 0' TERM;")
    file.write_text(begun, encoding="utf-8")
    command = place.up("--no-deps", "--abort-on-container-failure", "counted", "web", file=file)
    with subprocess.Popen(command, env=place.variables(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert {process.stdout.readline().split()[0] for _ in range(2)} == {"counted-1", "web-1"}
            _run(place, file, "stop", "counted")
            _run(place, file, "kill", "web")
            shown = process.stdout.read()
        finally:
            process.kill()
    assert {"counted-1 exited with code 0", "web-1 exited with code 137"} <= set(shown.splitlines())
    assert process.returncode == 137


def test_what_runs_can_be_looked_at(place: Place, file: Path) -> None:
    _up(place, file, "web")
    projects = json.loads(_run(place, file, "ls", "--format", "json"))
    assert {"Name": place.name, "Namespace": place.name, "Status": "running(2)"} in projects
    image, *_ = json.loads(_run(place, file, "images", "--format", "json", "web"))
    assert (image["ContainerName"], image["Platform"]) == (f"{place.name}-web-1", "linux/amd64")
    assert f"{image['Repository']}:{image['Tag']}" == place.base_image
    processes = _run(place, file, "top", "db").splitlines()
    assert processes[0].split() == ["SERVICE", "#", "UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
    assert any(line.split()[:4] == ["db", "1", "0", "1"] and "trap 'exit 3' TERM" in line for line in processes)
    with subprocess.Popen(
        place.command("events", "--json", "web", file=file), env=place.variables(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told: list[dict[str, Any]] = []
        while not told:  # it does not say when it begins to look
            _run(place, file, "restart", "web")
            if select.select([process.stdout], [], [], 0)[0]:
                told.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 130
    assert (told[0]["action"], told[0]["service"], told[0]["attributes"]["exitCode"]) == ("die", "web", "0")


def test_up_makes_what_runs_what_it_should_be(place: Place, file: Path) -> None:
    _up(place, file, "--no-deps", "--scale", "web=3", "web")
    assert sorted(_states(place, file)) == ["web-1", "web-2", "web-3"]
    _up(place, file)
    assert sorted(_states(place, file)) == ["counted-1", "db-1", "web-1"]
    before = {name: entry["Pod"] + str(entry["CreatedAt"]) for name, entry in _containers(place, file).items()}
    file.write_text(PROJECT.replace("  counted:", "  other:"), encoding="utf-8")
    assert "no service counted" in place.run([part for part in place.up("-d", file=file) if part != "-q"]).stderr
    assert sorted(_states(place, file)) == ["counted-1", "db-1", "other-1", "web-1"]
    _up(place, file, "--remove-orphans", "--force-recreate", "web")
    after = {name: entry["Pod"] + str(entry["CreatedAt"]) for name, entry in _containers(place, file).items()}
    assert sorted(after) == ["db-1", "other-1", "web-1"]
    assert after["db-1"] == before["db-1"]
    assert after["web-1"] != before["web-1"]


def test_the_first_service_that_fails_ends_the_run_with_its_code(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(
        "services:\n"
        "  good: {image: '${BASE_IMAGE}', command: ['true']}\n"
        "  bad: {image: '${BASE_IMAGE}', command: [sh, -c, exit 9], depends_on: [good]}\n"
        "  long: {image: '${BASE_IMAGE}', command: [sh, -c, \"trap 'exit 0' TERM; sleep 1000 & wait\"]}\n",
        encoding="utf-8",
    )
    done = place.run(place.up("--abort-on-container-failure", "--no-log-prefix", file=file))
    assert done.returncode == 9, done.stderr
    assert place.is_gone()


def test_what_nobody_ended_goes_when_its_time_is_over(place: Place, file: Path) -> None:
    _up(place, file, "--expires", "1s", "web")
    collected = ""
    while place.name not in collected:
        collected = place.run([*COMMAND, "gc", "--kubeconfig", str(place.kubeconfig)]).stdout
    assert f"{place.name} ({place.name})" in collected.splitlines()
    while not place.is_gone():
        time.sleep(0.2)
