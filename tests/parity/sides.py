"""The two sides of a comparison: Docker Compose with a real engine, and hybridcompose with a cluster.

Both read the same compose files, with the same images under the same names.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from tests.e2e.program import COMMAND, ROOT
from tests.e2e.program import environment as own_environment
from tests.parity.engine.images import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.cluster.client import Cluster
    from tests.parity.engine.engine import Running

#: No command of a suite takes longer, on a machine under load either; Compose itself can wait for ever.
SECONDS = 1500


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


class Side(Protocol):
    """One of the two."""

    @property
    def name(self) -> str: ...

    def command(self, file: Path, project: str, *arguments: str) -> list[str | Path]:
        """The command line for a project."""

    def variables(self) -> Mapping[str, str]:
        """The environment of every command."""


def call(side: Side, file: Path, project: str, *arguments: str, **more: str) -> Said:
    """Runs a command of a project to its end. One that does not end counts as code -1."""
    try:
        done = subprocess.run(
            side.command(file, project, *arguments),
            env={**side.variables(), **more},
            cwd=file.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as late:
        return Said(-1, _text(late.stdout), _text(late.stderr))
    return Said(done.returncode, done.stdout, done.stderr)


def _text(output: bytes | str | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


@dataclass(frozen=True, slots=True)
class Docker:
    """``registry`` begins the names of the images, as on the other side."""

    running: Running
    registry: str
    name: str = "docker"

    def command(self, file: Path, project: str, *arguments: str) -> list[str | Path]:
        # Entering the engine's namespaces leaves the directory.
        program = self.running.built["compose"] / "docker-compose"
        return self.running.inside(["env", "-C", file.parent, program, "-f", file, "-p", project, *arguments])

    def variables(self) -> Mapping[str, str]:
        # Attestations are no part of an image that runs.
        return self.running.environment(PARITY=f"{self.registry}/{PREFIX}", BUILDX_NO_DEFAULT_ATTESTATIONS="1")


#: Commands that translate, and so take what the cluster's administrator would have configured.
_TRANSLATING = ("up", "build", "render", "run", "create")


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """hybridcompose, with the rig's images for its helpers. ``source`` is the directory that it is imported from."""

    cluster: Cluster
    name: str = "kubernetes"
    source: Path = ROOT

    def command(self, file: Path, project: str, *arguments: str) -> list[str | Path]:
        name, *rest = arguments
        # What up tells is looked at, in a form that is found among its progress.
        told = ("--diagnostics", "github") if name == "up" else ("-q",)
        return [*COMMAND, *told, "-f", file, "-p", project, name, *self._options(name), *rest]

    def _options(self, command: str) -> list[str]:
        found = [] if command in ("render", "config") else ["--kubeconfig", str(self.cluster.kubeconfig)]
        if command in _TRANSLATING:
            found += ["--registry", self.cluster.registry]
            found += ["--tool-image", self.cluster.image("busybox"), "--kaniko-image", self.cluster.image("kaniko")]
        return found

    def variables(self) -> Mapping[str, str]:
        return own_environment(PYTHONPATH=str(self.source), PARITY=f"{self.cluster.registry}/{PREFIX}")


_ANNOTATION = re.compile(r"^::(?:notice|warning|error) [^:]*title=(?P<code>[^,:]+)::(?P<path>\S+): (?P<message>.*)$")


def annotated(text: str) -> list[dict[str, Any]]:
    """The findings among what a command printed in the form of GitHub's annotations."""
    found = map(_ANNOTATION.match, text.splitlines())
    return [matched.groupdict() for matched in found if matched is not None]


def findings(side: Kubernetes, file: Path, project: str, **more: str) -> list[dict[str, Any]]:
    """What ``render`` tells its user about a project, as ``--diagnostics json`` prints it.

    ``more`` are variables of the environment.
    """
    command = side.command(file, project, "render")
    at = command.index("-q")
    done = subprocess.run(
        [*command[:at], "--diagnostics", "json", *command[at + 1 :], "--secrets", "inline"],
        env={**side.variables(), **more},
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith(("{", "["))]
    parsed = [json.loads(line) for line in lines]
    return [entry for value in parsed for entry in (value if isinstance(value, list) else [value])]
