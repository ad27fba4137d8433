"""Compose projects that run after a plain ``kubectl apply -f -`` of what is rendered, with nothing beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cluster.client import until

if TYPE_CHECKING:
    from tests.cluster.client import Namespace

PROJECTS = Path(__file__).parent / "projects"
ROOT = Path(__file__).parents[2]


def apply(name: str, namespace: Namespace, directory: Path) -> str:
    """Renders a copy of the project, whose permissions no umask has changed, and applies the stream."""
    project = directory / name
    shutil.copytree(PROJECTS / name, project)
    for path in project.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    cluster = namespace.cluster
    options = [f"--registry={cluster.registry}", f"--kaniko-image={cluster.image('kaniko')}"]
    options += [f"--tool-image={cluster.image('busybox')}", "--secrets=inline", "--dependency-timeout=600"]
    if cluster.insecure:
        options.append("--registry-insecure")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "hybridcompose",
        "-f",
        project / "compose.yaml",
        "--profile",
        "*",
        "render",
    ]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "IMAGES": cluster.registry}
    rendered = subprocess.run(
        [*command, *options], capture_output=True, text=True, encoding="utf-8", check=True, env=environment
    )
    namespace.kubectl("apply", "-f", "-", stdin=rendered.stdout)
    return rendered.stdout


def why(namespace: Namespace) -> str:
    """What a person would look at."""
    pods = namespace.kubectl("get", "pods", "-o", "wide").stdout
    events = namespace.kubectl("get", "events", "--field-selector=type!=Normal").stdout
    names = [item["metadata"]["name"] for item in namespace.get("pods")["items"]]
    logs = [namespace.kubectl("logs", name, "--all-containers", "--prefix", check=False).stdout for name in names]
    return "\n".join([pods, events, *logs])


def exit_code(namespace: Namespace, pod: str) -> int:
    """The end of a pod; a pod of the project that fails before is the end too."""

    def over() -> bool:
        phases = {item["metadata"]["name"]: item["status"]["phase"] for item in namespace.get("pods")["items"]}
        return phases.get(pod) in ("Succeeded", "Failed") or "Failed" in phases.values()

    until(over, f"the end of {pod}", 700)
    statuses = namespace.get("pod", pod)["status"].get("containerStatuses", [])
    ended = [status["state"]["terminated"] for status in statuses if "terminated" in status["state"]]
    assert ended, why(namespace)
    return int(ended[0]["exitCode"])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def condition(pod: dict[str, Any], name: str) -> datetime:
    found = [entry for entry in pod["status"]["conditions"] if entry["type"] == name and entry["status"] == "True"]
    return moment(found[0]["lastTransitionTime"])


def started(pod: dict[str, Any]) -> datetime:
    state = pod["status"]["containerStatuses"][0]["state"]
    return moment((state.get("running") or state["terminated"])["startedAt"])


def test_a_project_is_built_started_in_order_and_tested(namespace: Namespace, tmp_path: Path) -> None:
    apply("notes", namespace, tmp_path)
    assert exit_code(namespace, "tests") == 0, why(namespace)
    assert namespace.kubectl("logs", "tests", "-c", "tests").stdout == "all is well\n"
    pods = {item["metadata"]["name"]: item for item in namespace.get("pods")["items"]}
    assert condition(pods["db"], "Ready") <= started_init(pods["migrate"])
    assert condition(pods["migrate"], "Ready") <= started(pods["web"])
    assert condition(pods["web"], "Ready") <= started(pods["tests"])

    def built() -> bool:
        return [job["status"].get("succeeded") for job in namespace.get("jobs")["items"]] == [1]

    # Where an earlier run has pushed the image already, the pods are not held up by its build.
    until(built, "the Job's success", 240)


def started_init(pod: dict[str, Any]) -> datetime:
    """A one-shot that others wait for is the last init container of its pod."""
    return moment(pod["status"]["initContainerStatuses"][-1]["state"]["terminated"]["startedAt"])


def test_names_files_and_volumes_are_those_of_the_compose_file(namespace: Namespace, tmp_path: Path) -> None:
    apply("site", namespace, tmp_path)
    assert exit_code(namespace, "tests") == 0, why(namespace)
    assert namespace.kubectl("logs", "tests", "-c", "tests").stdout == "all is well\n"


def test_the_exit_code_of_the_tests_is_that_of_their_pod(namespace: Namespace, tmp_path: Path) -> None:
    apply("failing", namespace, tmp_path)
    assert exit_code(namespace, "tests") == 3
    assert namespace.kubectl("logs", "tests", "-c", "tests").stdout == "one test failed\n"


def test_what_was_applied_can_be_applied_again(namespace: Namespace, tmp_path: Path) -> None:
    stream = apply("site", namespace, tmp_path)
    answer = namespace.kubectl("apply", "-o", "json", "-f", "-", stdin=stream).stdout
    applied = json.loads(answer)["items"]
    assert applied
    again = namespace.kubectl("apply", "-f", "-", stdin=stream).stdout.splitlines()
    # the text of a Secret can only be written, so that kubectl never sees that it is the same
    changed = [line for line in again if not line.endswith(" unchanged") and not line.startswith("secret/")]
    assert changed == []
