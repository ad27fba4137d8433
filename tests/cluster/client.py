"""What tests do with a cluster, through kubectl; and the small objects that they make in it."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Object = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Cluster:
    """``registry`` holds the images ``rig/…:1`` under the name that nodes know it by, and takes pushes from pods.

    ``insecure``: without TLS under a name from which Kaniko cannot tell.
    """

    program: str | Path
    kubeconfig: Path
    registry: str
    cache: Path
    insecure: bool = False

    def image(self, name: str) -> str:
        return f"{self.registry}/rig/{name}:1"

    def command(self, *arguments: str) -> list[str | Path]:
        return [self.program, f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self.cache}", *arguments]

    def kubectl(
        self, *arguments: str, stdin: str | None = None, check: bool = True, timeout: float = 180
    ) -> subprocess.CompletedProcess[str]:
        """A failure fails the test with what kubectl said."""
        no_input = subprocess.DEVNULL if stdin is None else None
        done = subprocess.run(
            self.command(*arguments),
            input=stdin,
            stdin=no_input,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=timeout,
        )
        assert not check or done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done

    def get(self, *arguments: str) -> Any:
        return json.loads(self.kubectl("get", *arguments, "-o", "json").stdout)


@dataclass(frozen=True)
class Namespace:
    """A namespace that one test has for itself."""

    cluster: Cluster
    name: str

    def kubectl(
        self, *arguments: str, stdin: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return self.cluster.kubectl("--namespace", self.name, *arguments, stdin=stdin, check=check)

    def apply(self, *objects: Object) -> None:
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(listed))

    def ready(self, *pods: str, seconds: int = 90) -> None:
        names = [f"pod/{pod}" for pod in pods]
        self.kubectl("wait", "--for=condition=Ready", f"--timeout={seconds}s", *names)

    def run(self, pod: str, *command: str, check: bool = True) -> str:
        """The output of a command in a running pod."""
        return self.kubectl("exec", pod, "--", *command, check=check).stdout

    def get(self, *arguments: str) -> Any:
        return self.cluster.get("--namespace", self.name, *arguments)

    def ended(self, pod: str, seconds: float = 180) -> int:
        """The exit code of a pod's first container, awaited."""

        def state() -> Mapping[str, Any] | None:
            status = self.get("pod", pod)["status"].get("containerStatuses") or [{}]
            found: Mapping[str, Any] | None = status[0].get("state", {}).get("terminated")
            return found

        return int(until(state, f"the end of pod {pod}", seconds)["exitCode"])


def until(condition: Callable[[], T | None], what: str, seconds: float = 60) -> T:
    """The first value that is not empty."""
    end = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.2)


def pod(image: str, name: str, *command: str, labels: Mapping[str, str] | None = None, **spec: Any) -> Object:
    """A pod of one container, which is gone quickly."""
    container = {"name": "main", "image": image, "command": list(command), **spec.pop("container", {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": dict(labels or {"app": name})},
        "spec": {"terminationGracePeriodSeconds": 0, "restartPolicy": "Never", **spec, "containers": [container]},
    }


def service(name: str, *ports: int) -> Object:
    """A Service for the pods with the label ``app: name``; headless if it has no ports."""
    spec: Object = {"selector": {"app": name}}
    spec |= {"ports": [{"name": f"p{port}", "port": port} for port in ports]} if ports else {"clusterIP": "None"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
