"""Hashes as docker compose 5.6.0 prints them with ``config --hash``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.load import load
from hybridcompose.spec.config_hash import config_hash

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.spec import Project

COMPOSE = r"""
name: demo
services:
  plain: {image: nginx}
  everything:
    image: "demo/app:1"
    annotations: {b: "1", a: "<&>"}
    blkio_config: {weight: 300, weight_device: [{path: /dev/a, weight: 400}], device_read_bps: [{path: /dev/a,
      rate: 1mb}]}
    cap_add: [NET_ADMIN]
    command: ["sh", "-c", "echo 'a\tb' größe < in > out"]
    configs: [{source: c, target: /c, uid: "1", gid: "2", mode: 0440}]
    cpus: 0.1
    cpu_percent: 12
    credential_spec: {file: f.json}
    depends_on: [plain]
    deploy:
      mode: replicated
      replicas: 3
      endpoint_mode: vip
      labels: {z: "1"}
      placement: {constraints: [a==b], preferences: [{spread: x}], max_replicas_per_node: 2}
      resources:
        limits: {cpus: "0.1", memory: 64m, pids: 10}
        reservations: {memory: 32m, devices: [{capabilities: [gpu], driver: nvidia, count: 1, options: {b: "2",
          a: "1"}}], generic_resources: [{discrete_resource_spec: {kind: gpu, value: 2}}]}
      restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 2m}
      update_config: {parallelism: 2, order: start-first, delay: 10s, failure_action: pause, monitor: 1m,
        max_failure_ratio: 0.25}
      rollback_config: {parallelism: 1}
    develop: {watch: [{path: /src, action: sync+exec, target: /src, exec: {command: [a], user: u,
      working_dir: /w, environment: {K: v}, privileged: true}, ignore: [x], include: [y], initial_sync: true}]}
    devices: ["/dev/a:/dev/b:r"]
    dns: 1.1.1.1
    environment: {LINE: "a\nb", SEPARATOR: "\u2028", TAB: "\t", DEL: "\x7f", BELL: "\a"}
    expose: [80]
    extra_hosts: {h: [1.1.1.1, "::1"]}
    gpus: [{driver: nvidia, count: 2}]
    healthcheck: {test: curl x, interval: 1s, timeout: 2s, retries: 3, start_period: 4s, start_interval: 5s}
    init: true
    labels: {com.x: "1"}
    logging: {driver: json-file, options: {max-size: "1m"}}
    mem_limit: 64m
    networks: {default: {aliases: [x], priority: 5, ipv4_address: 10.0.0.2, gw_priority: 1,
      driver_opts: {a: "1"}, mac_address: "02:42:ac:11:00:02"}}
    pids_limit: 10
    ports: ["127.0.0.1:8080:80/udp", {target: 90, published: "91", name: n, app_protocol: http, mode: host}]
    post_start: [{command: a b, user: root, privileged: true, working_dir: /x, environment: [A=b]}]
    pre_start: [{command: [migrate], image: other, per_replica: true, environment: {X: "1"},
      volumes: ["vol:/w"]}]
    pre_stop: [{command: [bye]}]
    scale: 3
    secrets: [{source: s, target: t, mode: 0400}]
    shm_size: 1gb
    stop_grace_period: 1m30s
    storage_opt: {size: 1G}
    tmpfs: /t
    tty: true
    ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}
    volumes: ["vol:/v:ro", "/d:/d", {type: bind, source: /e, target: /e, bind: {create_host_path: false,
      propagation: rslave, selinux: z, recursive: readonly}}, {type: tmpfs, target: /tt, tmpfs: {size: 1m,
      mode: 0700}}, {type: volume, source: vol, target: /vv, consistency: cached, volume: {nocopy: true,
      subpath: a, labels: {l: "1"}}}, {type: image, source: i, target: /i, image: {subpath: s}}]
    working_dir: /w
  built:
    build: {context: ., args: {A: "1"}}
    pull_policy: build
    profiles: [p]
    provider: {type: x, options: {b: [1, 2], a: y}}
configs: {c: {content: x}}
secrets: {s: {file: /s}}
volumes: {vol: {}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return _loaded(tmp_path_factory.mktemp("project"), COMPOSE)


def _loaded(directory: Path, text: str) -> Project:
    file = directory / "compose.yaml"
    file.write_text(text, encoding="utf-8")
    return load([str(file)], environment={}, profiles=["*"])


@pytest.mark.parametrize(
    ("service", "digits"),
    [
        ("built", "a06497826db0a1444ad3fa834903ff06486b5e283617a50cb36a2cde59f3fa90"),
        ("everything", "1a0e1e1a764c8a6a6b1129f51f54c4f7255a0b004eb90684ca4ce72e59b58404"),
        ("plain", "daef7adc9ecc59d4881bd1ebc06f26a836d35656f8b5fb0adfdb95b2d856fbd3"),
    ],
)
def test_a_service_has_the_hash_that_docker_compose_gives_it(project: Project, service: str, digits: str) -> None:
    assert config_hash(project.services[service]) == digits


def test_the_default_platform_is_part_of_what_is_built_and_of_nothing_else(project: Project) -> None:
    services = project.services
    assert config_hash(services["built"], "linux/arm64") == (
        "b5312eb17156b3134ba055571256adbfa82cb9b96f2a23d279f2f6d8119a5315"
    )
    assert config_hash(services["plain"], "linux/arm64") == config_hash(services["plain"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("image: a", "{image: a, build: .}"),
        ("{image: a, deploy: {replicas: 1}}", "{image: a, deploy: {replicas: 2}}"),
        ("{image: a, scale: 1}", "{image: a, scale: 2}"),
        ("{image: a}", "{image: a, pull_policy: always, profiles: [p]}"),
    ],
)
def test_what_makes_no_other_container_makes_no_other_hash(tmp_path: Path, one: str, other: str) -> None:
    one = f"{{{one}}}" if not one.startswith("{") else one
    hashes = {
        config_hash(_loaded(tmp_path, f"services: {{web: {service}}}").services["web"]) for service in (one, other)
    }
    assert len(hashes) == 1


def test_another_value_is_another_hash(tmp_path: Path) -> None:
    hashes = [
        config_hash(_loaded(tmp_path, f"services: {{web: {{image: a, labels: {{l: {value}}}}}}}").services["web"])
        for value in ("x", "y")
    ]
    assert hashes[0] != hashes[1]
