"""The program as a process, on a cluster that is reached directly or through a port of this machine."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from pathlib import Path


def command(
    name: str, *arguments: str, file: Path, project: str, kubeconfig: Path, options: dict[str, Any]
) -> list[str]:
    flags = [f"--{option.replace('_', '-')}={value}" for option, value in options.items() if isinstance(value, str)]
    flags += [f"--{option.replace('_', '-')}" for option, value in options.items() if value is True]
    return [*COMMAND, "-f", str(file), "-p", project, name, *arguments, *flags, "--kubeconfig", str(kubeconfig)]


def run(
    command_name: str, *arguments: str, file: Path, name: str, kubeconfig: Path, options: dict[str, Any]
) -> subprocess.CompletedProcess[str]:
    """Runs to the end, for the project ``name``."""
    return subprocess.run(
        command(command_name, *arguments, file=file, project=name, kubeconfig=kubeconfig, options=options),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def through(kubeconfig: Path, port: int, directory: Path) -> Path:
    """The same cluster, reached through a port of this machine."""
    content = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    (place,) = (entry["cluster"] for entry in content["clusters"])
    place["tls-server-name"] = urlsplit(place["server"]).hostname
    place["server"] = f"https://127.0.0.1:{port}"
    path = directory / "proxied.kubeconfig"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def plain(directory: Path, port: int) -> Path:
    """A cluster that is reached through a port of this machine, by plain HTTP and without saying who one is."""
    content: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "plain", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "nobody", "user": {}}],
        "contexts": [{"name": "plain", "context": {"cluster": "plain", "user": "nobody"}}],
        "current-context": "plain",
    }
    path = directory / "plain.kubeconfig"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def address(kubeconfig: Path) -> tuple[str, int]:
    content = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    server = urlsplit(content["clusters"][0]["cluster"]["server"])
    return str(server.hostname), server.port or 443
