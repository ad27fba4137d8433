"""A case on a cluster: what its services are there, and what its user is told."""

from __future__ import annotations

import json
import subprocess
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import hybridcompose as hc
from tests.cluster.client import until
from tests.cluster.observed.images import repository
from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hybridcompose.spec import Project
    from tests.cluster.client import Cluster
    from tests.cluster.observed.case import Case, Values

_SECONDS = 280


class Outcome(NamedTuple):
    """``told`` holds code and path of every diagnostic of ``render``, ``services`` what was to run,
    ``refused`` those of the record as it is, where something in it is refused.
    """

    values: Values
    told: frozenset[tuple[str, str]]
    services: frozenset[str]
    refused: frozenset[tuple[str, str]]


class Running:
    """One project on the cluster, in a namespace of its own."""

    def __init__(self, cluster: Cluster, case: Case, directory: Path) -> None:
        self.cluster = cluster
        self.case = case
        self.name = f"seen-{uuid.uuid4().hex[:8]}"
        self.files = case.write(directory)
        self.variables = {"IMAGES": f"{cluster.registry}/{repository()}", **case.variables}

    @cached_property
    def project(self) -> Project:
        return hc.load(*self.files, environment=self.variables, project_name=self.name)

    def command(self, *arguments: str, files: Sequence[Path] = ()) -> list[str]:
        named = [part for file in files or self.files for part in ("-f", str(file))]
        return [*COMMAND, *named, "-p", self.name, *arguments]

    def options(self) -> list[str]:
        cluster = self.cluster
        images = self.variables["IMAGES"]
        rewrites = [f"--image-rewrite={start}/={images}/{start}/" for start in ("base", "lab")]
        own = [f"--registry={cluster.registry}", f"--kaniko-image={cluster.image('kaniko')}"]
        if cluster.insecure:
            own.append("--registry-insecure")
        own += [f"--tool-image={cluster.image('busybox')}", f"--dns-image={cluster.image('coredns')}"]
        return [*rewrites, *own, *self.case.options]

    def run(self, command: Sequence[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            env=environment(**self.variables),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=_SECONDS,
        )
        assert not check or done.returncode == 0, f"{self.case.name}: {done.stderr}{done.stdout[-2000:]}"
        return done

    def told(self, *files: Path, check: bool = True) -> frozenset[tuple[str, str]]:
        """Code and path of all that ``render`` says, of the whole project or of some of its files."""
        done = self.run([*self.command("--diagnostics=json", "render", files=files), *self.options()], check=check)
        found = [json.loads(line) for line in done.stderr.splitlines()]
        return frozenset((finding["code"], finding["path"]) for finding in found)

    def up(self, *arguments: str) -> str:
        place = f"--kubeconfig={self.cluster.kubeconfig}"
        return self.run([*self.command("-q", "up"), *self.options(), place, *arguments]).stdout

    def control(self, *arguments: str) -> str:
        """A command that knows the project by its name."""
        place = f"--kubeconfig={self.cluster.kubeconfig}"
        return self.run([*COMMAND, "-q", "-p", self.name, *arguments, place]).stdout

    def listed(self) -> dict[str, Any]:
        """What ``ps -a`` shows of each service."""
        lines = self.control("ps", "-a", "--format=json").splitlines()
        return {entry["Service"]: entry for entry in map(json.loads, lines)}

    def pods(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cluster.get("--namespace", self.name, "pods")["items"]
        return found

    def ready(self) -> list[dict[str, Any]]:
        """The pods of services that stay, as soon as they run."""

        def all_run() -> list[dict[str, Any]]:
            pods = self.pods()
            phases = {pod["status"]["phase"] for pod in pods}
            return [pod for pod in pods if pod["status"]["phase"] == "Running"] if "Pending" not in phases else []

        return until(all_run, f"the pods of {self.case.name}", 120)

    def down(self) -> None:
        self.cluster.kubectl("delete", "namespace", self.name, "--wait=false", "--ignore-not-found")


def outcome(cluster: Cluster, case: Case, directory: Path) -> Outcome:
    running = Running(cluster, case, directory)
    told = running.told()
    try:
        refused = running.told(running.files[0], check=False) if case.refusals else frozenset()
        return Outcome(case.observe(running), told, frozenset(running.project.services), refused)
    finally:
        running.down()
