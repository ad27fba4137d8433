"""Files and ports of containers on a real cluster: ``cp``, ``up --publish``, ``port``, ``url`` and ``--env-out``."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.places import Place

PROJECT = """\
services:
  web:
    image: ${BASE_IMAGE}
    stop_grace_period: 1s
    command: [sh, -c, "mkdir /www && echo it works >/www/index.html && exec httpd -f -p 8000 -h /www"]
    healthcheck: {test: "wget -q -O /dev/null http://127.0.0.1:8000", interval: 1s}
    ports: ["${PORT:-0}:8000", "5353:5353/udp"]
"""


def _run(place: Place, file: Path, *arguments: str) -> str:
    done = place.run(place.command(*arguments, file=file))
    assert done.returncode == 0, done.stderr
    return done.stdout


def _fetch(address: str) -> str:
    with urllib.request.urlopen(f"http://{address}/", timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def test_files_go_in_and_come_out_as_they_are(place: Place, file: Path, tmp_path: Path) -> None:
    done = place.run(place.up("--wait", file=file))
    assert done.returncode == 0, done.stderr
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "run.sh").write_bytes(bytes(range(256)) * 4000)
    (tree / "run.sh").chmod(0o750)
    (tree / "link").symlink_to("run.sh")
    _run(place, file, "cp", str(tree), "web:/tmp/new")
    _run(place, file, "cp", "web:/tmp/new", str(tmp_path / "back"))
    back = tmp_path / "back"
    assert (back / "run.sh").read_bytes() == (tree / "run.sh").read_bytes()
    assert (back / "run.sh").stat().st_mode == (tree / "run.sh").stat().st_mode
    assert int((back / "run.sh").stat().st_mtime) == int((tree / "run.sh").stat().st_mtime)
    assert (back / "link").readlink() == (tree / "link").readlink()
    done = place.run(place.command("cp", "web:/nosuch", str(tmp_path), file=file))
    assert (done.returncode, "cannot copy /nosuch in web-1" in done.stderr) == (19, True)


@contextmanager
def _published(place: Place, file: Path, out: Path, *flags: str, **variables: str) -> Iterator[dict[str, str]]:
    """``up --publish`` in the foreground, once it has said where everything is; stopped at the end."""
    command = place.up("--publish", *flags, "--env-out", str(out), file=file)
    with subprocess.Popen(command, env=place.variables(**variables), stderr=subprocess.PIPE, text=True) as process:
        try:
            while not out.exists():
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.1)
            yield dict(line.split("=", 1) for line in out.read_text(encoding="utf-8").splitlines())
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)
    assert process.returncode == 130


def test_published_ports_are_open_here_while_up_runs(place: Place, file: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        done = place.run(place.up("--publish", file=file), PORT=number)
        assert done.returncode == 21
        assert "address already in use" in done.stderr
        assert "compose.yaml:7:13" in done.stderr
        assert place.is_gone()
    loud = [word for word in place.up("--publish", "--dry-run", file=file) if word != "-q"]
    told = place.run(loud, PORT=number).stderr
    assert "5353/udp is not published" in told
    assert "no port of a machine is bound" not in told
    with _published(place, file, tmp_path / "env", PORT=number) as variables:
        address = f"{variables['WEB_HOST']}:{variables['WEB_PORT_8000']}"
        assert address == f"127.0.0.1:{number}"
        _until_served(address)
        assert _run(place, file, "port", "web", "8000") == f"{address}\n"
        assert _run(place, file, "url", "web") == f"http://{address}\n"
        done = place.run(place.command("port", "web", "81", file=file))
        assert (done.returncode, "no port 81/tcp for container web-1: 8000/tcp" in done.stderr) == (19, True)
    with pytest.raises(OSError, match="refused"):
        _fetch(address)


def _until_served(address: str) -> None:
    """A container that has begun may not listen yet."""
    end = time.monotonic() + 60
    while True:
        try:
            assert _fetch(address) == "it works\n"
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)
        else:
            return


def test_a_test_reaches_services_from_outside_though_their_pods_are_replaced(place: Place, file: Path) -> None:
    project = hc.load(file, project_name=place.name, environment=place.variables())
    with hc.up(project, kubeconfig=str(place.kubeconfig), **place.options) as environment:
        host, port = environment.port("web", 8000)
        assert environment.url("web") == f"http://{host}:{port}"
        assert _fetch(f"{host}:{port}") == "it works\n"
        with socket.create_connection((host, port), timeout=30) as half:
            half.sendall(b"GET / HTTP/1.0\r\n\r\n")
            half.shutdown(socket.SHUT_WR)  # what comes back is still wanted
            assert b"".join(iter(lambda: half.recv(4096), b"")).endswith(b"it works\n")
        restarted = place.run(place.command("restart", "web", file=file))
        assert restarted.returncode == 0, restarted.stderr
        _until_served(f"{host}:{port}")
