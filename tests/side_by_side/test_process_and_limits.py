"""Entrypoints, users, times, memory: what a process is started as, and with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path


def test_entrypoint_and_command_keep_their_places(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, entrypoint: "/bin/sh -c", command: ["echo hello; date"]}
    """
    container = render(tmp_path, compose).container()
    assert (container["command"], container["args"]) == (["/bin/sh", "-c"], ["echo hello; date"])


def test_a_cleared_entrypoint_runs_the_command_itself(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, entrypoint: [], command: [/serve, --port, "80"]}
    """
    container = render(tmp_path, compose).container()
    assert (container["command"], container.get("args")) == (["/serve", "--port", "80"], None)


@pytest.mark.parametrize("check", ["{disable: true}", "{test: [NONE]}"])
def test_a_health_check_of_the_image_can_be_switched_off(tmp_path: Path, check: str) -> None:
    compose = f"""\
        services:
          web:
            build: .
            healthcheck: {check}
    """
    dockerfile = b'FROM scratch\nCOPY compose.yml /\nHEALTHCHECK CMD ["/check"]\n'
    container = render(tmp_path, compose, files={"Dockerfile": dockerfile}).container()
    assert not {"readinessProbe", "startupProbe", "livenessProbe"} & container.keys()


def test_a_read_only_root_stays_read_only(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, read_only: true}
    """
    assert render(tmp_path, compose).container()["securityContext"]["readOnlyRootFilesystem"] is True


def test_a_user_is_two_numbers_and_no_text(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, user: "1000:1001", group_add: ["44"]}
    """
    rendered = render(tmp_path, compose)
    context = {**rendered.pod().get("securityContext", {}), **rendered.container().get("securityContext", {})}
    assert (context["runAsUser"], context["runAsGroup"], context["supplementalGroups"]) == (1000, 1001, [44])


def test_a_grace_period_of_minutes_is_counted_in_seconds(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, stop_grace_period: 1m30s}
          db: {image: db}
    """
    rendered = render(tmp_path, compose)
    assert rendered.pod()["terminationGracePeriodSeconds"] == 90
    assert rendered.pod("db")["terminationGracePeriodSeconds"] == 10


def test_shared_memory_has_the_size_that_is_given(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, shm_size: 1gb}
    """
    found = render(tmp_path, compose).volume_at("/dev/shm")
    assert found["emptyDir"] == {"medium": "Memory", "sizeLimit": str(1 << 30)}


def test_half_a_core_is_half_a_core(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, deploy: {resources: {limits: {cpus: "0.5"}, reservations: {cpus: "0.25"}}}}
    """
    found = render(tmp_path, compose).container()["resources"]
    assert (found["limits"]["cpu"], found["requests"]["cpu"]) == ("500m", "250m")


def test_labels_that_kubernetes_would_refuse_are_kept_word_for_word(tmp_path: Path) -> None:
    key = "traefik.http.middlewares.testheader.headers.accesscontrolallowmethods"
    compose = f"""\
        services:
          web:
            image: app
            labels: ["{key}=GET,OPTIONS", "rule=Host(`a.test`)"]
    """
    annotations = render(tmp_path, compose).kind("Pod")["web"]["metadata"]["annotations"]
    kept = json.loads(annotations["hybridcompose.io/metadata"])
    assert kept["labels"] == {key: "GET,OPTIONS", "rule": "Host(`a.test`)"}


def test_two_protocols_of_one_port_are_two_ports(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, ports: ["666:666/udp", "666:666/tcp"]}
    """
    found = render(tmp_path, compose).container()["ports"]
    assert sorted((port["containerPort"], port["protocol"]) for port in found) == [(666, "TCP"), (666, "UDP")]
    names = [port["name"] for port in found if "name" in port]
    assert len(set(names)) == len(names)


def test_a_port_that_is_published_twice_is_listened_on_once(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, ports: ["8080:80", "8081:80"], expose: ["80"]}
    """
    assert render(tmp_path, compose).container()["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
