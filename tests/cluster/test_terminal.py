"""What a person or a program sees of a run on a real cluster: progress, colours, Ctrl-C twice, Docker's options."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.places import Place

#: BASE is an image with busybox. `stays` does not listen to SIGTERM.
PROJECT = """\
services:
  web:
    image: ${BASE_IMAGE}
    command: [sh, -c, "trap 'exit 0' TERM; echo serving; while :; do sleep 0.2 & wait; done"]
    healthcheck: {test: "true", interval: 1s}
    scale: 2
  once: {image: "${BASE_IMAGE}", command: [echo, done]}
  stays:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo staying; while :; do sleep 1; done"]
    stop_grace_period: 120s
    profiles: [stays]
"""


def _loud(command: list[str]) -> list[str]:
    return [word for word in command if word != "-q"]


def _objects(text: str) -> list[tuple[str, str, str]]:
    told: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    return [(one["id"], one["status"], one["text"]) for one in told if "id" in one]


def test_programs_read_how_far_it_is_and_lists_have_the_forms_of_docker_compose(place: Place, file: Path) -> None:
    def run(*arguments: str) -> str:
        done = place.run(place.command(*arguments, file=file))
        assert done.returncode == 0, done.stderr
        return done.stdout

    up = _loud(place.up("--wait", "--progress", "json", "--quiet-pull", file=file))
    started = place.run([*up[:3], "--diagnostics", "json", *up[3:]])
    assert started.returncode == 0, started.stderr
    told = _objects(started.stderr)
    assert told[0] == ("service once", "Working", "waiting")
    assert ("service web", "Done", "healthy") in told
    assert ("service once", "Done", "exited with code 0") in told
    assert run("ps", "--services") == "web\n"
    assert run("ps", "-a", "--services", "once") == "once\n"
    assert len(run("ps", "-q", "web").splitlines()) == 2
    [entry] = map(json.loads, run("ps", "--status", "exited", "--format", "json", "--no-trunc").splitlines())
    assert (entry["Service"], entry["Command"], entry["ID"] in run("ps", "-aq")) == ("once", '"echo done"', True)
    assert run("logs", "--index", "2", "web") == "web-2  | serving\n"
    assert run("logs", "--since", "1h", "--until", "30m") == ""
    assert json.loads(run("ls", "--format", "json", "--filter", f"name={place.name}"))[0]["Name"] == place.name
    run("down", "web")
    assert run("ps", "-a", "--services") == "once\n"
    waited = place.run(_loud(place.command("wait", "--down-project", "once", file=file)))
    assert (waited.returncode, waited.stdout) == (0, "once exited with code 0\n"), waited.stderr
    assert f"namespace {place.name}: removed\n" in waited.stderr
    assert place.is_gone()


def test_a_terminal_gets_a_table_and_names_in_colours(place: Place, file: Path) -> None:
    ours, theirs = pty.openpty()
    variables = {name: value for name, value in place.variables().items() if name not in ("CI", "NO_COLOR")}
    call = _loud(place.up("--abort-on-container-exit", file=file))
    with subprocess.Popen(call, env={**variables, "TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        seen = b"".join(iter(lambda: _read(ours), b"")).decode()
    os.close(ours)
    assert re.search(r"✔\x1b\[0m service once", seen)
    assert re.search(r"\x1b\[\d+m\S+-1 +\| \x1b\[0mdone", seen)
    assert f"namespace {place.name}" in seen


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # the other end is closed
        return b""


def test_a_second_ctrl_c_does_not_wait_for_what_does_not_stop(place: Place, file: Path) -> None:
    with subprocess.Popen(
        _loud(place.up("stays", file=file)),
        env=place.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any("staying" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        assert any("service stays: stopping" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        process.stdout.read()
    assert process.returncode == 130
    assert time.monotonic() - begun < 60
    while not place.is_gone():
        time.sleep(0.2)
