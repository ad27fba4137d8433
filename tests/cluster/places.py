"""A cluster and a project of one test's own, for the commands that run there."""

from __future__ import annotations

import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.cluster.api import Api, connect, namespace_path
from hybridcompose.diagnostics import ClusterError
from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

DEMO = Path(__file__).parents[2] / "demo" / "compose.yaml"


@dataclass(frozen=True)
class Place:
    """A cluster, and a project name of one test's own."""

    kubeconfig: Path
    registry: str
    name: str

    @property
    def base_image(self) -> str:
        return f"{self.registry}/rig/busybox:1"

    @property
    def options(self) -> dict[str, Any]:
        return {
            "registry": self.registry,
            "tool_image": self.base_image,
            "kaniko_image": f"{self.registry}/rig/kaniko:1",
        }

    def command(self, *arguments: str, file: Path = DEMO) -> list[str]:
        return [*COMMAND, "-q", "-f", str(file), "-p", self.name, *arguments, "--kubeconfig", str(self.kubeconfig)]

    def up(self, *arguments: str, file: Path = DEMO) -> list[str]:
        flags = [part for name, value in self.options.items() for part in (f"--{name.replace('_', '-')}", value)]
        return self.command("up", *flags, *arguments, file=file)

    def variables(self, **more: str) -> dict[str, str]:
        return environment(BASE_IMAGE=self.base_image, DEMO_NAME=self.name, **more)

    def run(self, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.variables(**more), capture_output=True, text=True, check=False, timeout=300
        )

    def is_gone(self) -> bool:
        api: Api = connect(str(self.kubeconfig))
        try:
            api.get(namespace_path(self.name))
        except ClusterError as error:
            return error.status == 404
        return False


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    name = f"up-{uuid.uuid4().hex[:8]}"
    kubeconfig = os.environ.get("HYBRIDCOMPOSE_TEST_KUBECONFIG")
    if kubeconfig:
        registry = os.environ.get("HYBRIDCOMPOSE_TEST_REGISTRY", "10.99.0.1:5000")
        found = Place(Path(kubeconfig), registry, name)
    else:
        cluster: Any = request.getfixturevalue("cluster")
        found = Place(cluster.kubeconfig, cluster.registry, name)
    yield found
    found.run(found.command("down", "-v", "-t", "0"))
