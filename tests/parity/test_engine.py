"""The Docker engine of the tests comes back, runs the images of both sides, and goes without a trace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cluster.conftest import IN_CI
from tests.cluster.rig import node
from tests.cluster.rig.cache import lock
from tests.cluster.rig.process import arguments, processes, run, until
from tests.cluster.rig.settings import Rig, RigError
from tests.cluster.rig.sharing import MACHINE
from tests.parity.engine import engine as docker_engine
from tests.parity.engine.settings import Engine
from tests.parity.sides import Docker, call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.parity.engine.engine import Running

OTHER = Engine(Rig(8))
COMPOSE = """\
services:
  web: {image: $PARITY/probe:1, command: [listen=8080], ports: ["127.0.0.1:18080:8080"]}
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with lock(MACHINE):
        try:
            yield docker_engine.up(OTHER, ("probe",))
        except RigError as error:
            if IN_CI:
                pytest.fail(str(error), pytrace=False)
            pytest.skip(str(error))
        finally:
            docker_engine.down(OTHER)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "compose.yml"
    path.write_text(COMPOSE)
    return path


def test_a_second_start_leaves_a_running_engine_alone(running: Running) -> None:
    before = running.api.get("/info")["ID"], os.stat(OTHER.state / "loaded").st_mtime_ns
    docker_engine.up(OTHER, ("probe",))
    assert (running.api.get("/info")["ID"], os.stat(OTHER.state / "loaded").st_mtime_ns) == before


def test_a_project_runs_and_its_published_port_is_in_the_engine_alone(running: Running, file: Path) -> None:
    side = Docker(running, OTHER.rig.registry)
    assert call(side, file, "engine-test", "up", "-d").code == 0
    listening = running.inside(["sh", "-c", "cat /proc/net/tcp"])
    port = f"{18080:04X}"
    assert port in run(listening)
    assert f"0100007F:{port}" not in Path("/proc/net/tcp").read_text()
    assert call(side, file, "engine-test", "down", "-t", "0").code == 0


def test_a_killed_engine_is_started_anew(running: Running) -> None:
    first = node.first_process(OTHER)
    assert first
    os.kill(first, 9)
    until(lambda: node.first_process(OTHER) is None, "the end", 30)
    assert docker_engine.up(OTHER, ("probe",)).api.answers()


def test_nothing_is_left_of_it(running: Running) -> None:
    docker_engine.down(OTHER)
    assert not OTHER.state.exists()
    assert not [group for place in node.hierarchies() for group in place.glob(f"{OTHER.name}*")]
    assert not [pid for pid in processes() if OTHER.name in " ".join(arguments(pid))]
    assert OTHER.name not in Path("/proc/self/mounts").read_text()
