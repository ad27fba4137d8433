"""Names that resolve and ports that answer, declared or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.side_by_side.rendering import refusal, render

if TYPE_CHECKING:
    from pathlib import Path

    from tests.side_by_side.rendering import Rendered


def answers_on_every_port(rendered: Rendered, name: str) -> bool:
    """Whether a name gives the addresses of pods, as a headless Service without ports does."""
    service = rendered.kind("Service")[name]["spec"]
    labels = rendered.kind("Pod")[name]["metadata"]["labels"]
    selects = service["selector"].items() <= labels.items()
    return bool(selects and service["clusterIP"] == "None" and not service.get("ports"))


def test_a_published_service_answers_on_the_port_of_its_container(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, ports: ["8080:80"]}
          client: {image: client, command: [get, "http://web:80"]}
    """
    rendered = render(tmp_path, compose)
    assert answers_on_every_port(rendered, "web")
    assert rendered.container()["ports"] == [{"containerPort": 80, "protocol": "TCP"}]


def test_a_database_without_declared_ports_resolves_and_every_port_answers(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, environment: [DB_HOST=db]}
          db: {image: postgres}
    """
    rendered = render(tmp_path, compose)
    assert answers_on_every_port(rendered, "db")
    assert rendered.variables() == {"DB_HOST": "db"}


def test_a_udp_port_is_udp_alone(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, ports: ["53:53/udp"]}
    """
    rendered = render(tmp_path, compose)
    assert rendered.container()["ports"] == [{"containerPort": 53, "protocol": "UDP"}]
    assert answers_on_every_port(rendered, "web")


def test_a_port_keeps_its_name(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            ports: [{name: http, target: 80, published: "8080"}]
    """
    (port,) = render(tmp_path, compose).container()["ports"]
    assert (port["name"], port["containerPort"]) == ("http", 80)


@pytest.mark.parametrize("port", ["8080", "{target: 8080, name: inventory-api-8080}"])
def test_a_long_service_name_gives_no_invalid_port_name(tmp_path: Path, port: str) -> None:
    compose = f"""\
        services:
          inventory-api: {{image: app, ports: [{port}]}}
    """
    (found,) = render(tmp_path, compose).container("inventory-api")["ports"]
    assert found["containerPort"] == 8080
    assert len(found.get("name", "")) <= 15


def test_a_range_of_exposed_ports_is_every_port_of_it(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, expose: ["3000-3005"]}
    """
    found = render(tmp_path, compose).container()["ports"]
    assert [port["containerPort"] for port in found] == [3000, 3001, 3002, 3003, 3004, 3005]


def test_two_services_whose_names_fall_together_are_refused_by_name(tmp_path: Path) -> None:
    compose = """\
        services:
          my_db: {image: one}
          my-db: {image: two}
    """
    told = refusal(tmp_path, compose)
    assert "my_db" in told
    assert "my-db" in told


def test_networks_block_no_published_port(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, ports: ["8080:80"], networks: [front]}
          db: {image: db, networks: [back]}
        networks: {front: {}, back: {}}
    """
    rendered = render(tmp_path, compose)
    assert not rendered.kind("NetworkPolicy")
    assert answers_on_every_port(rendered, "web")


def test_the_project_name_is_no_prefix_of_a_host_name(tmp_path: Path) -> None:
    compose = """\
        name: release
        services:
          web: {image: app, environment: {DB_HOST: db}}
          db: {image: postgres}
    """
    rendered = render(tmp_path, compose)
    assert rendered.variables()["DB_HOST"] in rendered.kind("Service")
