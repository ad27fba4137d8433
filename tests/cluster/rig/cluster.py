"""Start, stop and state of a rig: what ``make cluster-up``, ``cluster-down`` and the tests call."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cluster.rig import configuration, images, node, pki, prerequisites, programs, registry
from tests.cluster.rig.cache import lock, say
from tests.cluster.rig.components import Component, components
from tests.cluster.rig.process import detach, run, succeeds, until
from tests.cluster.rig.settings import RigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.cluster.rig.settings import Rig


@dataclass(frozen=True, slots=True)
class Running:
    """A cluster that answers."""

    rig: Rig
    kubectl: Path

    @property
    def kubeconfig(self) -> Path:
        return self.rig.kubeconfig


def up(rig: Rig) -> Running:
    """Starts what does not run; a cluster that is complete is left alone, whatever is in it."""
    prerequisites.ensure()
    built = programs.build()
    made = images.build(built)
    running = Running(rig, built["kubernetes"] / "kubectl")
    with lock(rig.name):
        if is_complete(running):
            return running
        started = time.monotonic()
        if not _resume(running, built):
            node.remove(rig)  # what a killed node, or a killed start, has left
            _prepare(rig, built, made)
            _start(running, built)
        say(f"the cluster is ready: {time.monotonic() - started:.1f} s")
    return running


def _resume(running: Running, built: Mapping[str, Path]) -> bool:
    """Starts the parts that are missing in a node that is there. ``False`` if that is not enough."""
    if node.first_process(running.rig) is None or not _prepared(running.rig).exists():
        return False
    try:
        _start(running, built)
    except RigError as error:
        say(f"{error}\nrig: beginning anew")
        return False
    return True


def _prepared(rig: Rig) -> Path:
    """Exists when the node has all of its mounts, files and links."""
    return rig.state / "prepared"


def down(rig: Rig) -> None:
    """Ends the cluster and all that is in it."""
    with lock(rig.name):
        started = time.monotonic()
        node.remove(rig)
        say(f"the cluster is gone: {time.monotonic() - started:.1f} s")


def missing(rig: Rig) -> list[str]:
    """The programs that should run and don't."""
    running = node.running(rig)
    return [component.program for component in components(rig) if component.program not in running]


def is_complete(running: Running) -> bool:
    return not missing(running.rig) and _answers(running) and _node_is_ready(running)


def _prepare(rig: Rig, built: Mapping[str, Path], made: list[images.Image]) -> None:
    (rig.state / "volumes").mkdir(parents=True)
    (rig.state / "var" / "lib").mkdir(parents=True)
    (rig.state / "var" / "log").mkdir(parents=True)
    pki.make(rig)
    configuration.write(rig, built["cni"])
    for image in made:
        registry.serve(image.layout, rig.state / "registry", image.repository, "1")
    node.start(rig, built["pause"] / "pause")
    _prepared(rig).touch()


def _start(running: Running, built: Mapping[str, Path]) -> None:
    """Starts each program that does not run yet, and waits until the cluster can take pods."""
    rig = running.rig
    absent = set(missing(rig))
    wanted = [component for component in components(rig) if component.program in absent]
    for component in wanted:
        if component.needs_api:
            _await(running, _answers, "the API server", 60)
        detach(node.inside(rig, component.command(built)), rig.log(component.program))
    _await(running, _answers, "the API server", 60)
    run(kubectl(running, "apply", "-f", str(rig.state / "cluster.yaml")))
    _await(running, _node_is_ready, "the node", 90)
    run(kubectl(running, "-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=120s"))
    _await(running, _has_default_account, "the default service account", 30)
    _name_the_dead(rig, components(rig))


def _await(running: Running, condition: Callable[[Running], bool], what: str, seconds: float) -> None:
    try:
        until(lambda: condition(running), what, seconds)
    except RigError:
        _name_the_dead(running.rig, components(running.rig))
        raise


def _name_the_dead(rig: Rig, expected: tuple[Component, ...]) -> None:
    """A program that has ended says in its log why."""
    absent = set(missing(rig))
    for component in expected:
        log = rig.log(component.program)
        if component.program in absent and log.exists():
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise RigError(f"{component.program} has ended; {log} ends with:\n{tail}")


def kubectl(running: Running, *arguments: str) -> list[str | Path]:
    cache = f"--cache-dir={running.rig.state / 'kubectl'}"  # not in the user's home
    return [running.kubectl, f"--kubeconfig={running.kubeconfig}", cache, *arguments]


def _answers(running: Running) -> bool:
    return succeeds(kubectl(running, "get", "--raw", "/readyz", "--request-timeout=2s"))


def _node_is_ready(running: Running) -> bool:
    condition = "--for=condition=Ready"
    return succeeds(kubectl(running, "wait", condition, f"node/{running.rig.name}", "--timeout=2s"))


def _has_default_account(running: Running) -> bool:
    return succeeds(kubectl(running, "get", "serviceaccount", "default"))
