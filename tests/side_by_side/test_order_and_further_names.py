"""Who waits for whom, which names resolve, which services run at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path


def test_a_service_waits_until_its_dependency_is_healthy(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            depends_on: {db: {condition: service_healthy}}
          db:
            image: postgres
            healthcheck: {test: [CMD, pg_isready]}
    """
    rendered = render(tmp_path, compose)
    (wait,) = rendered.pod()["initContainers"]
    assert any(word.startswith("db-ready:") for word in wait["args"])
    # A Service with the ready addresses alone is what the init container looks up.
    assert not rendered.kind("Service")["db-ready"]["spec"].get("publishNotReadyAddresses")


def test_a_migration_has_succeeded_before_the_service_starts(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            depends_on: {migrate: {condition: service_completed_successfully}}
          migrate: {image: app, command: [migrate]}
    """
    rendered = render(tmp_path, compose)
    assert [entry["name"] for entry in rendered.pod("migrate")["initContainers"]] == ["migrate"]
    assert any(word.startswith("migrate-ready:") for word in rendered.pod()["initContainers"][0]["args"])


def test_container_name_and_alias_resolve_beside_the_service_name(tmp_path: Path) -> None:
    compose = """\
        services:
          db:
            image: postgres
            container_name: shop-db
            networks: {back: {aliases: [primary]}}
        networks: {back: {}}
    """
    rendered = render(tmp_path, compose)
    labels = rendered.kind("Pod")["db"]["metadata"]["labels"]
    selectors = {name: entry["spec"]["selector"] for name, entry in rendered.kind("Service").items()}
    assert selectors.keys() == {"db", "shop-db", "primary"}
    assert all(selector.items() <= labels.items() for selector in selectors.values())


def test_an_alias_of_two_services_gives_the_addresses_of_both(tmp_path: Path) -> None:
    compose = """\
        services:
          one: {image: app, networks: {back: {aliases: [pool]}}}
          two: {image: app, networks: {back: {aliases: [pool]}}}
        networks: {back: {}}
    """
    rendered = render(tmp_path, compose)
    selector = rendered.kind("Service")["pool"]["spec"]["selector"]
    for name in ("one", "two"):
        assert selector.items() <= rendered.kind("Pod")[name]["metadata"]["labels"].items()


def test_a_service_whose_name_begins_with_a_digit_keeps_it(tmp_path: Path) -> None:
    compose = """\
        services:
          1db: {image: postgres}
    """
    rendered = render(tmp_path, compose)
    assert "1db" in rendered.kind("Service")
    assert "name-changed" not in rendered.told


def test_hosts_of_one_address_are_one_entry(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, extra_hosts: ["a.test:10.0.0.1", "b.test:10.0.0.1", "v6.test=[::1]"]}
    """
    found = {entry["ip"]: set(entry["hostnames"]) for entry in render(tmp_path, compose).pod()["hostAliases"]}
    assert found == {"10.0.0.1": {"a.test", "b.test"}, "::1": {"v6.test"}}


def test_the_machine_of_the_developer_is_not_made_up(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, extra_hosts: ["host.docker.internal:host-gateway"]}
    """
    rendered = render(tmp_path, compose)
    assert "hostAliases" not in rendered.pod()
    assert "compose.yml:2:" in rendered.told
    given = render(tmp_path, compose, "--host-gateway", "10.1.2.3")
    assert given.pod()["hostAliases"] == [{"ip": "10.1.2.3", "hostnames": ["host.docker.internal"]}]


def test_a_service_of_a_profile_that_is_not_active_is_not_there(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app}
          debug: {image: tool, profiles: [debug]}
    """
    assert set(render(tmp_path, compose).kind("Pod")) == {"web"}
    active = render(tmp_path, compose, variables={"COMPOSE_PROFILES": "debug"})
    assert set(active.kind("Pod")) == {"web", "debug"}
