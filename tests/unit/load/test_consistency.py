"""What the elements of a project say about one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader, Refuser


@pytest.mark.parametrize(
    ("web", "code"),
    [
        ("{}", Code.MISSING_IMAGE),
        ("{image: a, networks: [nope]}", Code.UNDEFINED_REFERENCE),
        ("{image: a, volumes: ['nope:/x']}", Code.UNDEFINED_REFERENCE),
        ("{image: a, configs: [nope]}", Code.UNDEFINED_REFERENCE),
        ("{image: a, secrets: [nope]}", Code.UNDEFINED_REFERENCE),
        ("{image: a, depends_on: [nope]}", Code.UNDEFINED_REFERENCE),
        ("{image: a, network_mode: 'service:nope'}", Code.UNDEFINED_REFERENCE),
        ("{image: a, network_mode: host, networks: [default]}", Code.CONFLICTING_VALUES),
        ("{image: a, scale: 2, deploy: {replicas: 3}}", Code.CONFLICTING_VALUES),
        ("{image: a, scale: 2, container_name: xy}", Code.CONFLICTING_VALUES),
        ("{image: a, mem_limit: 1g, deploy: {resources: {limits: {memory: 2g}}}}", Code.CONFLICTING_VALUES),
        ("{image: a, scale: -1}", Code.INVALID_VALUE),
        ("{image: a, healthcheck: {test: [curl, x]}}", Code.INVALID_VALUE),
        ("{image: a, tmpfs: [/x], volumes: ['/y:/x']}", Code.CONFLICTING_VALUES),
        ("{build: {dockerfile: a, dockerfile_inline: FROM x}}", Code.CONFLICTING_VALUES),
        ("{image: a, ports: [{target: 80, host_ip: nope}]}", Code.INVALID_VALUE),
    ],
)
def test_a_contradiction_is_refused_with_its_place(refuse_text: Refuser, web: str, code: Code) -> None:
    findings = refuse_text(f"services: {{web: {web}}}\nnetworks: {{default: {{}}}}")
    assert code in [finding.code for finding in findings]
    assert all(finding.location is not None for finding in findings)


@pytest.mark.parametrize("hosts", ["{db: 10.0.0.1}", "['db=10.0.0.1']", "['db:10.0.0.1']", "{db: [10.0.0.1, '::1']}"])
def test_hosts_in_every_notation_are_read(load_text: Loader, hosts: str) -> None:
    assert (
        "10.0.0.1"
        in load_text(f"services: {{web: {{image: a, extra_hosts: {hosts}}}}}").services["web"].extra_hosts["db"]
    )


def test_a_circle_of_dependencies_is_refused_and_spelt_out(refuse_text: Refuser) -> None:
    (finding,) = refuse_text(
        "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [c]}, c: {image: x, depends_on: [a]}}"
    )
    assert finding.message.endswith("a -> b -> c -> a")


def test_a_deep_chain_of_dependencies_is_no_circle(load_text: Loader) -> None:
    services = ", ".join(f"s{n}: {{image: x, depends_on: [s{n + 1}]}}" for n in range(1500))
    assert len(load_text(f"services: {{{services}, s1500: {{image: x}}}}").services) == 1501


def test_an_optional_dependency_on_a_service_of_another_profile_is_allowed(load_text: Loader) -> None:
    text = """
    services:
      web: {image: a, depends_on: {debug: {condition: service_started, required: false}}}
      debug: {image: b, profiles: [dev]}
    """
    assert set(load_text(text).services) == {"web"}


def test_a_required_dependency_on_a_service_of_another_profile_names_the_profile(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("services: {web: {image: a, depends_on: [debug]}, debug: {image: b, profiles: [dev]}}")
    assert finding.remedy == "activate one of its profiles: dev"


@pytest.mark.parametrize(
    ("top", "code"),
    [
        ("secrets: {s: {}}", Code.CONFLICTING_VALUES),
        ("configs: {c: {content: x, file: y}}", Code.CONFLICTING_VALUES),
        ("volumes: {v: {external: true, driver: nfs}}", Code.CONFLICTING_VALUES),
        ("secrets: {s: {file: x, content: y}}", Code.UNKNOWN_KEY),
        ("configs: {c: {file: x, driver: y}}", Code.UNKNOWN_KEY),
    ],
)
def test_a_top_level_element_that_contradicts_itself_is_refused(refuse_text: Refuser, top: str, code: Code) -> None:
    (finding,) = refuse_text(f"services: {{web: {{image: a}}}}\n{top}")
    assert finding.code == code
