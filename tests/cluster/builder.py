"""A project of one test's own that is built in the cluster."""

from __future__ import annotations

import subprocess
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.cluster.client import until
from tests.cluster.connections import command
from tests.e2e.program import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.cluster.client import Cluster

#: What a build makes in a namespace.
_KINDS = "jobs,pods,configmaps,secrets"


@dataclass(frozen=True)
class Builder:
    """``name`` is the project's, and its namespace's. Unless a test writes more, it has one service, ``app``."""

    cluster: Cluster
    name: str
    directory: Path

    @property
    def file(self) -> Path:
        return self.directory / "compose.yaml"

    @property
    def context(self) -> Path:
        """The build context of ``app``."""
        return self.directory / "app"

    @property
    def options(self) -> dict[str, Any]:
        """Where the images go, and which ones build."""
        return {
            "registry": self.cluster.registry,
            "registry_insecure": self.cluster.insecure,
            "tool_image": self.cluster.image("busybox"),
            "kaniko_image": self.cluster.image("kaniko"),
        }

    def write(self, dockerfile: str, base: str = "busybox", **files: str | bytes) -> None:
        """A Dockerfile upon one of the cluster's images, and the files beside it."""
        self.context.mkdir(exist_ok=True, parents=True)
        texts = {"Dockerfile": f"FROM {self.cluster.image(base)}\n{dockerfile}", **files}
        for name, text in texts.items():
            (self.context / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        self.project("app: {build: app}")

    def project(self, services: str, **top: str) -> None:
        """The compose file, its elements in one line each."""
        lines = [f"services: {{{services}}}", *(f"{name}: {{{text}}}" for name, text in top.items())]
        self.file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def command(self, name: str, *arguments: str, kubeconfig: Path | None = None, **options: Any) -> list[str]:
        return command(
            name,
            *arguments,
            file=self.file,
            project=self.name,
            kubeconfig=kubeconfig or self.cluster.kubeconfig,
            options={**self.options, **options},
        )

    def run(
        self, name: str, *arguments: str, variables: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """A command to its end. ``options`` may be a ``kubeconfig``, and those of a translation."""
        return subprocess.run(
            self.command(name, *arguments, **options),
            env=environment(**(variables or {})),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def build(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.run("build", *arguments, **options)

    def built(self, *arguments: str, **options: Any) -> str:
        """What a build tells that succeeds."""
        done = self.build(*arguments, **options)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def get(self, kinds: str, namespace: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cluster.get(kinds, "--namespace", namespace or self.name)["items"]
        return found

    def kubectl(self, *arguments: str, **more: Any) -> str:
        return self.cluster.kubectl("--namespace", self.name, *arguments, **more).stdout

    def jobs(self) -> list[str]:
        return [str(job["metadata"]["uid"]) for job in self.get("jobs")]

    def objects(self, kinds: str = _KINDS) -> list[str]:
        """What is there beside what every namespace has."""
        found = self.kubectl("get", kinds, "-o", "name", "--ignore-not-found", check=False).split()
        return [name for name in found if name != "configmap/kube-root-ca.crt"]

    def make_namespace(self, *labels: str) -> None:
        """One that the build does not make, and so does not take away."""
        self.cluster.kubectl("create", "namespace", self.name)
        if labels:
            self.cluster.kubectl("label", "namespace", self.name, *labels)
        account = ("get", "serviceaccount", "default")
        until(lambda: self.kubectl(*account, check=False), "the default service account")

    def nothing_is_left(self, kinds: str = _KINDS) -> None:
        until(lambda: not self.objects(kinds), f"the end of what the build made: {self.objects(kinds)}")


@contextmanager
def building(cluster: Cluster, directory: Path) -> Iterator[Builder]:
    """A project with a name of its own; its namespace goes at the end, and one whose name is ``-2`` longer."""
    made = Builder(cluster, f"build-{uuid.uuid4().hex[:8]}", directory)
    try:
        yield made
    finally:
        names = (made.name, f"{made.name}-2")
        cluster.kubectl("delete", "namespace", *names, "--wait=false", "--ignore-not-found")
