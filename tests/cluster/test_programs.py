"""Programs in containers on a real cluster: ``exec`` in those that run, ``run`` in new ones."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from tests.e2e.program import COMMAND
from tests.large import equal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.places import Place

PROJECT = """\
services:
  a:
    image: ${BASE_IMAGE}
    user: "1000:50"
    working_dir: /tmp
    environment: {A: compose}
    stop_grace_period: 1s
    scale: 2
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
  app:
    image: ${BASE_IMAGE}
    hostname: apphost
    environment: {A: compose}
    stop_grace_period: 5s
    command: [sh, -c, 'echo own command; exit 4']
    networks: {default: {aliases: [appalias]}}
    depends_on: {db: {condition: service_healthy}}
  db:
    image: ${BASE_IMAGE}
    stop_grace_period: 1s
    command: [httpd, -f, -p, "80"]
    healthcheck: {test: "true", interval: 1s}
jobs:
  once:
    image: ${BASE_IMAGE}
    command: [sh, -c, 'echo from the job; exit 5']
    depends_on: {db: {condition: service_healthy}}
    triggers: {manual: true}
"""


def _before(place: Place, file: Path) -> list[str]:
    """The program with the options that stand before a command whose arguments are a program's own."""
    return [*COMMAND, "-q", "-f", str(file), "-p", place.name, "--kubeconfig", str(place.kubeconfig)]


def _call(place: Place, command: list[str], given: bytes = b"") -> tuple[int, bytes, bytes]:
    done = subprocess.run(command, env=place.variables(), input=given, capture_output=True, check=False, timeout=300)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def running(place: Place, file: Path) -> list[str]:
    """How ``exec`` begins, for services that run."""
    done = place.run(place.up("-d", "a", file=file))
    assert done.returncode == 0, done.stderr
    return [*_before(place, file), "exec"]


def test_programs_in_running_containers_end_as_under_docker(place: Place, running: list[str]) -> None:
    def call(*words: str, given: bytes = b"") -> tuple[int, bytes, bytes]:
        return _call(place, [*running, *words], given)

    told = call("a", "sh", "-c", "id -u; id -g; pwd; echo $A; tty; echo other >&2; exit 42")
    assert told == (42, b"1000\n50\n/tmp\ncompose\nnot a tty\n", b"other\n")
    content = os.urandom(300_000)
    code, out, error = call("-T", "a", "cat", given=content)
    assert (code, equal(out, content), error) == (0, True, b"")
    for word, code in (("nosuch", 127), ("/etc", 126)):
        found, out, _ = call("a", word)
        assert (found, out.startswith(b"OCI runtime exec failed"), word.encode() in out) == (code, True, True)
    for name, code in (("KILL", 137), ("TERM", 143)):
        assert call("a", "sh", "-c", f"kill -{name} $$")[0] == code
    assert call("-w", "/", "-e", "A=cli", "a", "sh", "-c", "pwd; echo $A")[1] == b"/\ncli\n"
    code, _, error = call("-u", "0", "a", "id")
    assert (code, b"only root can become 0" in error) == (126, True)
    names = {call("--index", number, "a", "hostname")[1] for number in ("1", "2")}
    assert len(names) == 2
    code, _, error = call("--index", "3", "a", "true")
    assert (code, b'service "a" is not running container #3' in error) == (19, True)
    code, _, error = call("db", "true")
    assert (code, b'service "db" is not running' in error) == (19, True)
    assert call("-d", "--index", "1", "a", "sh", "-c", "sleep 1; echo x >/tmp/later")[:2] == (0, b"")
    end = time.monotonic() + 60
    while call("--index", "1", "a", "cat", "/tmp/later")[1] != b"x\n":
        assert time.monotonic() < end


def test_an_image_without_programs_is_told_what_it_lacks(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    bare = f"{place.registry}/rig/pause:1"
    root = "command: [sh, -c, \"trap 'exit 0' TERM; while :; do sleep 0.1; done\"]"
    file.write_text(
        f"services: {{bare: {{image: '{bare}'}}, root: {{image: '{place.base_image}', {root}}}}}", encoding="utf-8"
    )
    done = place.run(place.up("-d", file=file))
    assert done.returncode == 0, done.stderr
    here = tmp_path / "here"
    for words in (["bare:/pause", str(here)], [str(file), "bare:/"], ["-L", "bare:/pause", "-"]):
        done = place.run(place.command("cp", *words, file=file))
        assert (done.returncode, done.stdout) == (19, "")
        assert "error[cluster-refused]: the image of bare has no tar or no test" in done.stderr
        assert "help: mount a volume" in done.stderr
    assert not here.exists()
    before = [*_before(place, file), "exec"]
    assert _call(place, [*before, "bare", "ls"])[0] == 127
    code, _, error = _call(place, [*before, "-u", "1000", "bare", "ls"])
    assert (code, b"the image of bare has no shell" in error) == (19, True)
    # Busybox becomes who is in the passwd file, with its own group and no others.
    assert _call(place, [*before, "-u", "65534:65534", "root", "id", "-G"])[:2] == (0, b"65534\n")
    code, _, error = _call(place, [*before, "-u", "1234:5678", "root", "id"])
    assert (code, b"run --user 1234:5678" in error) == (126, True)


def test_a_terminal_is_a_terminal_with_its_size(place: Place, running: list[str]) -> None:
    keyboard, terminal = pty.openpty()
    os.set_blocking(keyboard, False)
    subprocess.run(["stty", "rows", "33", "cols", "77"], stdin=terminal, check=True)
    with subprocess.Popen(
        [*running, "a", "sh"], env=place.variables(), stdin=terminal, stdout=terminal, stderr=terminal
    ) as process:
        os.close(terminal)
        try:
            # The size is told after the program has begun, and no program waits for that.
            os.write(keyboard, b"until [ \"$(stty size)\" = '33 77' ]; do :; done; tty; echo si''zed; sleep 1000\n")
            shown = _read(keyboard, b"sized\r\n")
            os.write(keyboard, b"\x03")  # ends the program's own child, not the command
            os.write(keyboard, b"exit 6\n")
            shown += _read(keyboard, b"")
            process.wait(60)
        finally:
            process.kill()
    os.close(keyboard)
    assert b"/dev/pts/" in shown
    assert process.returncode == 6


def _read(descriptor: int, until: bytes) -> bytes:
    """What is shown until that comes; with nothing to wait for, until the terminal is closed."""
    shown, end = b"", time.monotonic() + 120
    while not until or until not in shown:
        assert time.monotonic() < end, shown
        if select.select([descriptor], [], [], 1)[0]:
            try:
                shown += os.read(descriptor, 4096)
            except OSError:
                break
    return shown


def test_what_runs_once_is_like_its_service_and_answers_to_none_of_its_names(place: Place, file: Path) -> None:
    run = [*_before(place, file), "run", *_options(place)]
    code, out, error = _call(place, [*run, "--rm", "app"])
    assert (code, out) == (4, b"own command\n"), error
    look = "hostname; echo $A; nslookup app; nslookup appalias; nslookup db"
    code, out, error = _call(place, [*run, "-e", "A=cli", "app", "sh", "-c", look])
    lines = out.decode().splitlines()
    assert lines[:2] == ["apphost", "cli"], error
    found = [line.partition("Name:")[2].strip() for line in lines if line.startswith("Name:")]
    assert [name.partition(".")[0] for name in found] == ["db"]
    listed = place.run(place.command("ps", "-a", "--format", "json", file=file)).stdout
    assert listed.count(f'"Name":"{place.name}-app-run-') == 1  # the other one was removed
    assert '"Service":"app"' in listed.replace(": ", ":")


def test_input_output_and_exit_codes_of_what_runs_once_are_the_programs(place: Place, file: Path) -> None:
    run = [*_before(place, file), "run", "--rm", *_options(place)]
    content = b"\r\n".join(os.urandom(3_000) for _ in range(100))  # logs of containers lack these carriage returns
    code, out, error = _call(place, [*run, "-T", "--no-deps", "--entrypoint", "cat", "app"], content)
    assert (code, equal(out, content), error) == (0, True, b"")
    apart = "read word; echo $word; echo err >&2; exit 7"
    assert _call(place, [*run, "--no-deps", "app", "sh", "-c", apart], b"go\n") == (7, b"go\n", b"err\n")
    assert _call(place, [*run, "once"])[:2] == (5, b"from the job\n")
    # Who prints at once and ends may be over before anybody is connected: no line is lost, and none comes twice.
    at_once = "i=0; while [ $i -lt 200 ]; do i=$((i + 1)); echo line $i; done"
    lines = b"".join(b"line %d\n" % number for number in range(1, 201))
    assert _call(place, [*run, "--no-deps", "-T", "app", "sh", "-c", at_once]) == (0, lines, b"")
    code, _, error = _call(place, [*run, "--no-deps", "app", "nosuch"])
    assert (code, b'exec: "nosuch"' in error) == (21, True)
    code, _, error = _call(place, [*run, "nosuch"])
    assert (code, b"there is no service and no job 'nosuch'" in error) == (2, True)


def test_ctrl_c_stops_what_runs_once_and_nothing_else(place: Place, file: Path) -> None:
    words = ["sh", "-c", "trap 'echo stopped; exit 9' TERM; echo begun; while :; do sleep 0.1; done"]
    command = [*_before(place, file), "run", *_options(place), "app", *words]
    with subprocess.Popen(command, env=place.variables(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 130
    listed = place.run(place.command("ps", "-a", "--format", "json", file=file)).stdout
    assert "app-run-" not in listed
    assert f"{place.name}-db-1" in listed


def _options(place: Place) -> list[str]:
    return [part for name, value in place.options.items() for part in (f"--{name.replace('_', '-')}", value)]


def test_a_test_runs_programs_in_its_environment(place: Place, file: Path) -> None:
    project = hc.load(file, project_name=place.name, environment=place.variables())
    with hc.up(project, services=["a"], kubeconfig=str(place.kubeconfig), **place.options) as environment:
        assert environment.exec("a", "sh", "-c", "cat; echo $A; exit 3", stdin=b"in ") == (3, b"in compose\n", b"")
        ended = environment.run("app", "sh", "-c", "read word; echo $word; echo err >&2", stdin=b"go\n")
        assert ended == (0, b"go\n", b"err\n")
        assert environment.run("once").code == 5
        with pytest.raises(hc.ClusterError, match="nosuch"):
            environment.run("nosuch")
