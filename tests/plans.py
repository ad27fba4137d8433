"""Small plans made by hand."""

from __future__ import annotations

from typing import Any

from hybridcompose.plan import Plan, Resource


def config_map(name: str = "settings", **data: str) -> Resource:
    manifest = {"kind": "ConfigMap", "apiVersion": "v1", "data": data, "metadata": {"name": name}}
    return Resource(manifest, ("configs", name), "holds what the services read")


def secret(name: str = "password") -> Resource:
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": {"value": "x"}}
    return Resource(manifest, ("secrets", name), "is mounted by services")


def pod(name: str = "web", **spec: Any) -> Resource:
    container = {"image": "nginx", "name": name}
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"restartPolicy": "Never", "containers": [container], **spec},
    }
    return Resource(manifest, ("services", name), "runs the service")


def plan(*resources: Resource) -> Plan:
    return Plan("demo", None, resources)
