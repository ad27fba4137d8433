"""The ways in which an account is found: in a pod, by contexts, and by credential plugins."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from contextlib import suppress
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.cluster.accounts import account, with_token
from tests.cluster.client import pod, until
from tests.e2e.program import COMMAND, ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.client import Cluster, Namespace

PROJECT = """\
services:
  web:
    image: ${IMAGE}
    stop_grace_period: 1s
    command: [sh, -c, "mkdir /www && echo it works >/www/index.html && exec httpd -f -p 8000 -h /www"]
    healthcheck: {test: "wget -q -O /dev/null http://127.0.0.1:8000", interval: 1s}
    ports: ["80:8000"]
  tests: {image: "${IMAGE}", command: [echo, "inside the cluster"], depends_on: [web]}
"""


def _program() -> bytes:
    """The package and what it imports, for a Python of the same version on the same platform."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz", compresslevel=1) as archive:
        archive.add(ROOT / "hybridcompose", "hybridcompose", filter=_needed)
        for distribution in _dependencies("hybridcompose"):
            tops = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
            for top in sorted(tops):
                archive.add(str(distribution.locate_file(top)), top, filter=_needed)
    return written.getvalue()


def _dependencies(name: str) -> list[metadata.Distribution]:
    """The distributions that one needs when it runs, directly or not."""
    found, left = dict[str, metadata.Distribution](), [name]
    while left:
        for requirement in metadata.distribution(left.pop()).requires or ():
            match = re.match(r"[\w.-]+", requirement)
            if match is None or match[0] in found or "extra ==" in requirement:
                continue
            with suppress(metadata.PackageNotFoundError):  # one for another platform
                found[match[0]] = metadata.distribution(match[0])
                left.append(match[0])
    return [found[name] for name in sorted(found)]


def _needed(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in entry.name or entry.name.startswith("kubernetes/aio") else entry


@pytest.fixture
def runner(cluster: Cluster, namespace: Namespace, file: Path, tmp_path: Path) -> Namespace:
    """A pod with the program, as a CI system runs one, under the role that ``rbac`` prints."""
    words = ("up", "down", "run", "port", "url", "-n", namespace.name, "--namespace-mode", "shared")
    account(cluster, tmp_path, *words, file=file, namespace=namespace.name, IMAGE=cluster.image("busybox"))
    made = pod(cluster.image("python"), "runner", "sleep", "3600", serviceAccountName="runner")
    namespace.apply(made)
    namespace.ready("runner")
    version = namespace.run("runner", "python3", "-c", "import sys; print(*sys.version_info[:2])").split()
    if tuple(map(int, version)) != sys.version_info[:2]:
        pytest.skip(f"the image has Python {'.'.join(version)}, and compiled parts are for another one")
    command = cluster.command(
        "--namespace", namespace.name, "exec", "-i", "runner", "--", "tar", "xzf", "-", "-C", "/opt"
    )
    subprocess.run(command, input=_program(), check=True, timeout=120)
    content = file.read_text(encoding="utf-8")
    write = cluster.command("--namespace", namespace.name, "exec", "-i", "runner", "--", "tee", "/opt/compose.yaml")
    subprocess.run(write, input=content, text=True, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return namespace


def _in_pod(namespace: Namespace, *words: str) -> subprocess.CompletedProcess[str]:
    image = namespace.cluster.image("busybox")
    variables = ("PYTHONPATH=/opt", f"IMAGE={image}", f"HYBRIDCOMPOSE_TOOL_IMAGE={image}")
    program = ("python3", "-m", "hybridcompose", "-f", "/opt/compose.yaml", "-p", "inner")
    return namespace.kubectl("exec", "runner", "--", "env", *variables, *program, *words, check=False)


def test_a_run_in_a_pod_uses_its_account_and_goes_with_the_pod(runner: Namespace) -> None:
    place = ("-n", runner.name)
    done = _in_pod(runner, "up", "--exit-code-from", "tests", *place, "--namespace-mode", "shared")
    assert done.returncode == 0, done.stderr
    assert "inside the cluster" in done.stdout
    started = _in_pod(runner, "up", "--wait", "--env-out", "/tmp/env", *place, "--namespace-mode", "shared")
    assert started.returncode == 0, started.stderr
    _check_addresses(runner)
    once = _in_pod(runner, "run", "--rm", *place, "--namespace-mode", "shared", "tests", "echo", "once")
    assert (once.returncode, once.stdout) == (0, "once\n"), once.stderr
    made = runner.get("pods,services,configmaps,secrets", "-l", "hybridcompose.io/project=inner")["items"]
    owners = [owner for body in made for owner in body["metadata"]["ownerReferences"]]
    uid = runner.get("pod", "runner")["metadata"]["uid"]
    assert {(owner["kind"], owner["name"], owner["uid"]) for owner in owners} == {("Pod", "runner", uid)}
    assert len(owners) == len(made) > 2
    # Nobody runs `down`: what the CI system removes is the runner's pod.
    runner.kubectl("delete", "pod", "runner", "--wait=false")
    selector = ("-l", "hybridcompose.io/project=inner")
    until(lambda: not runner.get("pods,services,configmaps,secrets", *selector)["items"], "the end of all", 120)


def _check_addresses(runner: Namespace) -> None:
    """What `port`, `url` and `--env-out` tell a pod leads to the service, and from there alone."""
    url = _in_pod(runner, "url", "web", "-n", runner.name).stdout.strip()
    host, _, port = _in_pod(runner, "port", "web", "8000", "-n", runner.name).stdout.strip().rpartition(":")
    assert (url, port) == (f"http://{host}:8000", "8000")
    fetch = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=30).read().decode())"
    assert runner.run("runner", "python3", "-c", fetch, url).strip() == "it works"
    variables = dict(line.split("=", 1) for line in runner.run("runner", "cat", "/tmp/env").splitlines())
    assert (variables["WEB_HOST"], variables["WEB_PORT_8000"]) == (host, port)


def _listed(kubeconfig: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "ls", "--kubeconfig", kubeconfig, *words],
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def token(cluster: Cluster, namespace: Namespace, tmp_path: Path) -> str:
    """The token of an account that may do what ``ls`` needs in the namespace."""
    account(cluster, tmp_path, "ls", "-n", namespace.name, namespace=namespace.name)
    content = yaml.safe_load(with_token(cluster, tmp_path, namespace.name).read_text(encoding="utf-8"))
    return str(content["users"][0]["user"]["token"])


def _kubeconfig(cluster: Cluster, path: Path, users: dict[str, dict[str, Any]]) -> str:
    """A context for each user; the first is the current one."""
    content = yaml.safe_load(cluster.kubeconfig.read_text(encoding="utf-8"))
    (place,) = content["clusters"]
    content["users"] = [{"name": name, "user": user} for name, user in users.items()]
    content["contexts"] = [{"name": name, "context": {"cluster": place["name"], "user": name}} for name in users]
    content["current-context"] = next(iter(users))
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_context_chooses_the_account(cluster: Cluster, namespace: Namespace, token: str, tmp_path: Path) -> None:
    users: dict[str, dict[str, Any]] = {"nobody": {"token": "no token at all"}, "runner": {"token": token}}
    path = _kubeconfig(cluster, tmp_path / "contexts", users)
    refused = _listed(path, "-n", namespace.name)
    assert refused.returncode == 19
    assert "log in again" in refused.stderr
    assert _listed(path, "-n", namespace.name, "--context", "runner").returncode == 0
    assert _listed(path, "--context", "runner").returncode == 19
    unknown = _listed(path, "--context", "other")
    assert unknown.returncode == 19
    assert "other" in unknown.stderr


def test_the_file_of_the_environment_is_used_where_none_is_named(
    cluster: Cluster, namespace: Namespace, token: str, tmp_path: Path
) -> None:
    path = _kubeconfig(cluster, tmp_path / "config", {"runner": {"token": token}})
    done = subprocess.run(
        [*COMMAND, "ls", "-n", namespace.name],
        env=environment(KUBECONFIG=path),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_a_credential_plugin_is_asked_for_the_token(
    cluster: Cluster, namespace: Namespace, token: str, tmp_path: Path
) -> None:
    """As `aws eks get-token` and `gke-gcloud-auth-plugin` are. Source: client.authentication.k8s.io/v1."""
    plugin = tmp_path / "plugin"
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}}
    plugin.write_text(f"#!{sys.executable}\nimport os\nopen({str(tmp_path / 'asked')!r}, 'a').write('x')\n"
                      f"assert os.environ['REGION'] == 'here'\nprint({json.dumps(answer)!r})\n")  # fmt: skip
    plugin.chmod(0o755)
    user = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(plugin),
            "env": [{"name": "REGION", "value": "here"}],
            "interactiveMode": "Never",
        }
    }
    path = _kubeconfig(cluster, tmp_path / "exec", {"cloud": user})
    done = _listed(path, "-n", namespace.name)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "asked").read_text() == "x"


def test_a_credential_plugin_that_fails_is_told_without_what_it_wrote(
    cluster: Cluster, namespace: Namespace, tmp_path: Path
) -> None:
    user = {
        "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": os.devnull, "interactiveMode": "Never"}
    }
    path = _kubeconfig(cluster, tmp_path / "exec", {"cloud": user})
    done = _listed(path, "-n", namespace.name)
    assert done.returncode == 19
    assert "Traceback" not in done.stderr
