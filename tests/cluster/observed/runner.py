"""A case on a cluster: what its services report there, and what its user is told."""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

import hybridcompose as hc
from tests.cluster.observed.images import REPOSITORY
from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.cluster.client import Cluster
    from tests.cluster.observed.case import Case

_REPORT = re.compile(r"^(?P<service>\S+)-\d+\s+\| PROBE (?P<report>\{.*)$", re.MULTILINE)
_SECONDS = 280

Reports = dict[str, dict[str, Any]]


class Outcome(NamedTuple):
    """``told`` holds code and path of every diagnostic of ``render``; ``chosen`` the services with a host name."""

    reports: Reports
    told: frozenset[tuple[str, str]]
    chosen: frozenset[str]


class Running:
    """One project on the cluster, in a namespace of its own."""

    def __init__(self, cluster: Cluster, case: Case, directory: Path) -> None:
        self.cluster = cluster
        self.case = case
        self.name = f"seen-{uuid.uuid4().hex[:8]}"
        self.files = case.write(directory)
        self.project = hc.load(*self.files, environment=dict(case.variables), project_name=self.name)

    def command(self, *arguments: str) -> list[str]:
        files = [part for file in self.files for part in ("-f", str(file))]
        return [*COMMAND, *files, "-p", self.name, *arguments]

    def options(self) -> list[str]:
        cluster = self.cluster
        rewrites = [f"--image-rewrite={start}/={cluster.registry}/{REPOSITORY}/{start}/" for start in ("base", "lab")]
        own = [f"--registry={cluster.registry}", f"--kaniko-image={cluster.image('kaniko')}"]
        return [*rewrites, *own, f"--tool-image={cluster.image('busybox')}", *self.case.options]

    def run(self, command: Sequence[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        variables = environment(REGISTRY=self.cluster.registry, **self.case.variables)
        done = subprocess.run(
            command, env=variables, capture_output=True, text=True, encoding="utf-8", check=False, timeout=_SECONDS
        )
        assert not check or done.returncode == 0, f"{self.case.name}: {done.stderr}"
        return done

    def told(self) -> frozenset[tuple[str, str]]:
        """Code and path of all that ``render`` says."""
        done = self.run([*self.command("--diagnostics=json", "render"), *self.options()])
        found = [json.loads(line) for line in done.stderr.splitlines()]
        return frozenset((finding["code"], finding["path"]) for finding in found)

    def up(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        place = f"--kubeconfig={self.cluster.kubeconfig}"
        return self.run([*self.command("-q", "up"), *self.options(), place, *arguments], check=check)

    def down(self) -> None:
        self.cluster.kubectl("delete", "namespace", self.name, "--wait=false", "--ignore-not-found")

    def chosen(self) -> frozenset[str]:
        return frozenset(name for name, service in self.project.services.items() if service.hostname)


def observe(cluster: Cluster, case: Case, directory: Path) -> Outcome:
    """Runs a project whose services report and end."""
    running = Running(cluster, case, directory)
    told = running.told()
    try:
        output = running.up().stdout
    finally:
        running.down()
    reports = {found["service"]: json.loads(found["report"]) for found in _REPORT.finditer(output)}
    return Outcome(reports, told, running.chosen())
