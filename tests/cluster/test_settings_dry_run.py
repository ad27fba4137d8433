"""What ``x-hybridcompose`` and an organisation's settings add to objects is accepted by an API server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import hybridcompose as hc
from tests.cluster import dry_run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.client import Namespace

COMPOSE = """\
x-hybridcompose:
  defaults:
    service: {node_selector: {kubernetes.io/os: linux}, tolerations: ["ci=true:NoSchedule", spot]}
    volume: {size: 2Gi}
services:
  web:
    build: .
    ports: ["8080:80", "53:53/udp"]
    environment: {A: "1"}
    volumes: ["data:/data", "more:/more"]
    x-hybridcompose:
      probe: {http: {path: /health, port: 80, scheme: HTTPS}}
      service_account: robot
      pull_secrets: [mirror]
      artefacts: [/out]
      container:
        env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}, {name: A, value: null}]
        ports: [{containerPort: 53, protocol: UDP, name: dns}]
        resources: {limits: {ephemeral-storage: 1Gi}}
      pod:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {a: b}}}
        volumes: [{name: extra, emptyDir: {sizeLimit: 1Mi}}]
      manifest: {metadata: {annotations: {team: blue}, finalizers: null}}
  db:
    image: db
    volumes: ["data:/data", "more:/more"]
    x-hybridcompose: {probe: {tcp: {port: 5432}}}
  report:
    image: report
    restart: on-failure:2
    x-hybridcompose: {kind: job, pod: {activeDeadlineSeconds: 60}}
volumes:
  data: {x-hybridcompose: {storage_class: fast, access_mode: ReadWriteMany}}
  more: {x-hybridcompose: {size: 500M}}
"""
OPTIONS: dict[str, Any] = {
    "registry": "registry.example:5000",
    "registry_secret": "push",
    "registry_ca": "-----BEGIN CERTIFICATE-----\n",
    "pull_secret": ("all",),
    "node_selector": ("pool=ci",),
    "toleration": ("dedicated=ci:NoExecute",),
    "label": ("example.com/team=blue",),
    "http_proxy": "http://proxy:3128",
    "no_proxy": "db",
}


def test_every_setting_gives_objects_that_are_accepted(namespace: Namespace, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY compose.yaml /\n", encoding="utf-8")
    project = hc.load(tmp_path / "compose.yaml", environment={})
    plan = hc.translate(project, **OPTIONS)
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}}
    namespace.kubectl("apply", "-f", "-", stdin=json.dumps(account))
    with dry_run.proxy(namespace.cluster, tmp_path) as port:
        objects = [(str(resource.key), dict(resource.manifest)) for resource in plan.resources]
        assert dry_run.rejections(port, namespace.name, objects) == []
    assert {kind for kind, _ in (resource.key for resource in plan.resources)} >= {
        "Job",
        "PersistentVolumeClaim",
        "Pod",
    }
