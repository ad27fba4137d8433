"""The API server's own opinion of manifests: server-side apply as a dry run, with unknown fields as errors.

Through ``kubectl proxy``, which speaks plain HTTP to us and knows every way to log in: a kubectl for each object would
take most of its time to start.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.cluster.client import until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tests.cluster.client import Cluster

#: The API server and its clients share a few processors.
WORKERS = 4
QUERY = "dryRun=All&fieldManager=test&fieldValidation=Strict&force=true"
PLURALS = {
    "ConfigMap": "configmaps",
    "CronJob": "cronjobs",
    "DaemonSet": "daemonsets",
    "Deployment": "deployments",
    "Job": "jobs",
    "NetworkPolicy": "networkpolicies",
    "PersistentVolumeClaim": "persistentvolumeclaims",
    "Pod": "pods",
    "Secret": "secrets",
    "Service": "services",
    "StatefulSet": "statefulsets",
}


@contextmanager
def proxy(cluster: Cluster, directory: Path) -> Iterator[int]:
    """The local port of a proxy to the API server."""
    log = directory / "proxy"
    # By default it refuses what runs programs in pods.
    command = cluster.command("proxy", "--port=0", "--reject-paths=^$")
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            yield int(until(lambda: re.search(r"127\.0\.0\.1:(\d+)", log.read_text()), "the proxy's port")[1])
        finally:
            process.terminate()


def rejections(port: int, namespace: str, labelled: Iterable[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, str]]:
    """What the API server said against objects, each with the label that came with the object."""

    def judge(batch: list[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            said = [(label, _verdict(connection, namespace, manifest)) for label, manifest in batch]
        finally:
            connection.close()
        return [(label, text) for label, text in said if text]

    todo = list(labelled)
    batches = [todo[start::WORKERS] for start in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        return sorted(said for batch in pool.map(judge, batches) for said in batch)


def _verdict(connection: http.client.HTTPConnection, namespace: str, manifest: Mapping[str, Any]) -> str:
    """``""`` for an object that would be accepted."""
    inside = {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}
    headers = {"Content-Type": "application/apply-patch+yaml"}
    connection.request("PATCH", f"{_path(inside)}?{QUERY}", json.dumps(inside).encode(), headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status in (200, 201):
        return ""
    return f"{inside['kind']} {inside['metadata']['name']}: {json.loads(body).get('message', body)}"


def _path(manifest: Mapping[str, Any]) -> str:
    group, _, version = manifest["apiVersion"].rpartition("/")
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    metadata = manifest["metadata"]
    return f"{root}/namespaces/{metadata['namespace']}/{PLURALS[manifest['kind']]}/{metadata['name']}"
