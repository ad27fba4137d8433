"""Accounts that have exactly the role that ``rbac`` prints."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.cluster.client import Cluster

Rule = dict[str, list[str]]


@dataclass(frozen=True)
class Account:
    """``role`` is the manifest of the role that it has, ``kubeconfig`` lets one act as it."""

    cluster: Cluster
    kubeconfig: Path
    role: Mapping[str, Any]

    def limit(self, rules: list[Rule]) -> None:
        """From now on it may do this, and nothing else."""
        self.cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**self.role, "rules": rules}))

    def without(self, verb: str, resource: str, group: str) -> list[Rule]:
        """All its rules but one verb on one resource."""
        return [
            {"apiGroups": [found_group], "resources": [found], "verbs": [one]}
            for one, found, found_group in self.permissions()
            if (one, found, found_group) != (verb, resource, group)
        ]

    def permissions(self) -> Iterator[tuple[str, str, str]]:
        """Verb, resource and API group of everything that its role lets it do."""
        for rule in self.role["rules"]:
            (group,) = rule["apiGroups"]
            yield from ((verb, resource, group) for resource in rule["resources"] for verb in rule["verbs"])


def account(
    cluster: Cluster, directory: Path, *words: str, file: Path | None = None, namespace: str, **variables: str
) -> Account:
    """Makes what ``rbac`` with these words prints. ``namespace`` is that of the service account."""
    project = ["-f", str(file)] if file is not None else []
    done = subprocess.run(
        [*COMMAND, *project, "rbac", *words, "--service-account", f"{namespace}:runner", "--name", namespace],
        env=environment(**variables),
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    objects = list(yaml.safe_load_all(done.stdout))
    (role,) = (one for one in objects if one["kind"] in ("Role", "ClusterRole"))
    cluster.kubectl("apply", "-f", "-", stdin=done.stdout)
    return Account(cluster, with_token(cluster, directory, namespace), role)


def with_token(cluster: Cluster, directory: Path, namespace: str) -> Path:
    """A kubeconfig of the service account ``runner`` of a namespace."""
    token = cluster.kubectl("--namespace", namespace, "create", "token", "runner").stdout.strip()
    content = yaml.safe_load(cluster.kubeconfig.read_text(encoding="utf-8"))
    (named,) = (entry for entry in content["contexts"] if entry["name"] == content["current-context"])
    content["users"] = [{"name": "runner", "user": {"token": token}}]
    named["context"]["user"] = "runner"
    path = directory / "runner.kubeconfig"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
