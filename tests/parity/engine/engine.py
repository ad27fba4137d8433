"""Start, stop and state of an engine: what ``make docker-up``, ``docker-down`` and the tests call."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.cluster.rig import node
from tests.cluster.rig.cache import lock, say
from tests.cluster.rig.process import detach, run, until
from tests.cluster.rig.settings import RigError
from tests.parity.engine import images, programs
from tests.parity.engine.api import Api
from tests.parity.engine.settings import BRIDGE, POOL

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

    from tests.parity.engine.settings import Engine

#: What nobody has does not exist, as on a machine with a way out; without a server the engine answers with a failure.
NAMES = f"""\
. {{
    bind {BRIDGE}
    template ANY ANY . {{
        rcode NXDOMAIN
    }}
}}
"""
#: The name server starts before its address is there: the bridge is the engine's.
KERNEL = {"net/ipv4/ip_nonlocal_bind": "1", "net/ipv4/ip_forward": "1"}
PROGRAMS = ("coredns", "dockerd")


@dataclass(frozen=True, slots=True)
class Running:
    """An engine that answers. ``built`` are the directories of its programs."""

    engine: Engine
    built: Mapping[str, Path]

    @property
    def api(self) -> Api:
        return Api(self.engine.socket)

    @property
    def compose(self) -> list[str | Path]:
        """The beginning of every command line of Compose, in the engine's namespaces: published ports are there."""
        return self.inside([self.built["compose"] / "docker-compose"])

    @property
    def buildx(self) -> list[str | Path]:
        return self.inside([self.built["buildx"] / "buildx"])

    def inside(self, command: Sequence[str | Path]) -> list[str | Path]:
        return node.inside(self.engine, command)

    def environment(self, **variables: str) -> dict[str, str]:
        """Nothing of the process that runs the tests but what the programs need."""
        client = {"DOCKER_HOST": f"unix://{self.engine.socket}", "DOCKER_CONFIG": str(self.engine.client)}
        return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **client, **variables}


def up(engine: Engine, wanted: Container[str] = images.NAMES) -> Running:
    """Starts what does not run, with these images; one that is complete is left alone, whatever is in it."""
    running = Running(engine, programs.build())
    made = [image for image in images.build(running.built) if image.name in wanted]
    with lock(engine.name):
        if is_complete(running):
            return running
        started = time.monotonic()
        node.remove(engine)  # what a killed engine, or a killed start, has left
        _prepare(running)
        _start(running)
        images.load(running.api, made, engine.rig.registry, engine.state)
        _loaded(engine).touch()
        say(f"the engine is ready: {time.monotonic() - started:.1f} s")
    return running


def down(engine: Engine) -> None:
    """Ends the engine and all that is in it."""
    with lock(engine.name):
        started = time.monotonic()
        node.remove(engine)
        say(f"the engine is gone: {time.monotonic() - started:.1f} s")


def missing(engine: Engine) -> list[str]:
    """The programs that should run and don't."""
    running = node.running(engine)
    return [name for name in PROGRAMS if name not in running]


def is_complete(running: Running) -> bool:
    return not missing(running.engine) and _loaded(running.engine).exists() and running.api.answers()


def _loaded(engine: Engine) -> Path:
    """Exists when the engine has all images."""
    return engine.state / "loaded"


def _prepare(running: Running) -> None:
    engine, built = running.engine, running.built
    for directory in (engine.state / "var" / "lib", engine.state / "var" / "log", engine.client / "cli-plugins"):
        directory.mkdir(parents=True)
    (engine.client / "cli-plugins" / "docker-buildx").symlink_to(built["buildx"] / "buildx")
    (engine.state / "daemon.json").write_text(json.dumps(_daemon(engine), indent=1))
    (engine.state / "Corefile").write_text(NAMES)
    node.open_namespaces(engine, built["pause"] / "pause")
    run(running.inside(["ip", "link", "set", "lo", "up"]))
    node.set_kernel(engine, KERNEL)


def _daemon(engine: Engine) -> dict[str, Any]:
    return {
        "hosts": [f"unix://{engine.socket}"],
        "bip": f"{BRIDGE}/24",
        "default-address-pools": [{"base": POOL, "size": 24}],
        "dns": [BRIDGE],
        "cgroup-parent": f"/{engine.name}",
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "init-path": "/usr/bin/tini-static",
        "log-level": "warn",
    }


def _start(running: Running) -> None:
    engine, built = running.engine, running.built
    detach(
        running.inside([built["coredns"] / "coredns", "-conf", engine.state / "Corefile", "-quiet"]),
        engine.log("coredns"),
    )
    # The engine starts containerd by itself, and finds that and runc by their names.
    own = ":".join(str(built[name]) for name in ("containerd", "runc", "dockerd"))
    path = f"PATH={own}:{os.environ['PATH']}"
    daemon: list[str | Path] = [built["dockerd"] / "dockerd", "--config-file", engine.state / "daemon.json"]
    detach(running.inside(["env", path, *daemon]), engine.log("dockerd"))
    try:
        until(lambda: running.api.answers() and not missing(engine), "the engine", 60)
    except RigError:
        _name_the_dead(engine)
        raise


def _name_the_dead(engine: Engine) -> None:
    """A program that has ended says in its log why."""
    for name in missing(engine):
        if engine.log(name).exists():
            tail = "\n".join(engine.log(name).read_text(errors="replace").splitlines()[-15:])
            raise RigError(f"{name} has ended; {engine.log(name)} ends with:\n{tail}")
