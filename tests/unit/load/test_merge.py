"""Merging files: the specification's rules, one test a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader, Refuser

BOTH = ["compose.yaml", "over.yaml"]


def merged(load_text: Loader, key: str, base: str, over: str) -> object:
    text = f"services: {{web: {{image: a, {key}: {base}}}}}"
    project = load_text(text, {"over.yaml": f"services: {{web: {{{key}: {over}}}}}"}, paths=BOTH)
    return project.services["web"].to_dict().get(key)


@pytest.mark.parametrize(
    ("key", "base", "over", "result"),
    [
        ("user", "one", "two", "two"),
        ("user", "one", "null", "one"),
        ("command", "[a, b]", "[c]", ["c"]),
        ("command", "a b", "[c]", ["c"]),
        ("entrypoint", "[a]", "b c", ["b", "c"]),
        ("environment", "{A: '1', B: '2'}", "[B=3, C=4]", {"A": "1", "B": "3", "C": "4"}),
        ("labels", "[a=1]", "{a: 2, b: ''}", {"a": "2", "b": ""}),
        ("cap_add", "[A, B]", "[B, C]", ["A", "B", "C"]),
        ("dns", "1.1.1.1", "[8.8.8.8]", ["1.1.1.1", "8.8.8.8"]),
        ("tmpfs", "/a", "/b", ["/a", "/b"]),
        ("extra_hosts", "['a:1.1.1.1']", "{b: 2.2.2.2}", ["a=1.1.1.1", "b=2.2.2.2"]),
        ("logging", "{driver: x, options: {a: '1'}}", "{driver: y}", {"driver": "y"}),
        (
            "logging",
            "{driver: x, options: {a: '1'}}",
            "{options: {b: '2'}}",
            {"driver": "x", "options": {"a": "1", "b": "2"}},
        ),
        ("ulimits", "{nofile: 10}", "{nofile: {soft: 1, hard: 2}}", {"nofile": {"soft": 1, "hard": 2}}),
        ("expose", "['80']", "['80', '90']", ["80", "90"]),
    ],
)
def test_a_key_merges_by_its_rule(load_text: Loader, key: str, base: str, over: str, result: object) -> None:
    assert merged(load_text, key, base, over) == result


def test_ports_are_unique_by_host_port_and_protocol(load_text: Loader) -> None:
    ports = merged(load_text, "ports", "['8080:80', '8443:443']", "['8080:80', '8081:80']")
    assert isinstance(ports, list)
    assert [port["published"] for port in ports] == ["8080", "8443", "8081"]


def test_volumes_are_unique_by_target(load_text: Loader) -> None:
    volumes = merged(load_text, "volumes", "['/a:/data', '/b:/logs']", "[{type: tmpfs, target: /data}]")
    assert isinstance(volumes, list)
    assert [(volume["type"], volume["target"]) for volume in volumes] == [("tmpfs", "/data"), ("bind", "/logs")]


def test_short_and_long_depends_on_merge(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {image: a, depends_on: [db]}, db: {image: b}, mq: {image: c}}",
        {
            "over.yaml": """
            services:
              web: {depends_on: {db: {condition: service_healthy}, mq: {condition: service_started}}}
            """
        },
        paths=BOTH,
    )
    conditions = {name: entry.condition for name, entry in project.services["web"].depends_on.items()}
    assert conditions == {"db": "service_healthy", "mq": "service_started"}


def test_a_build_string_merges_with_a_build_mapping(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {build: ./dir}}",
        {"over.yaml": "services: {web: {build: {target: dev}}}"},
        paths=BOTH,
    )
    build = project.services["web"].build
    assert build is not None
    assert (build.context, build.target) == (f"{project.working_dir}/dir", "dev")


def test_reset_removes_and_override_replaces(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {image: a, ports: ['80:80'], environment: {A: '1'}, cap_add: [X]}}",
        {"over.yaml": "services: {web: {ports: !reset [], environment: !override {B: '2'}, cap_add: !reset null}}"},
        paths=BOTH,
    )
    service = project.services["web"]
    assert service.ports == ()
    assert service.cap_add == ()
    assert service.environment == {"B": "2"}


def test_a_form_that_cannot_replace_another_is_refused_where_it_stands(refuse_text: Refuser) -> None:
    (finding,) = refuse_text(
        "services: {web: {image: a, deploy: {replicas: 1}}}",
        {"over.yaml": "services:\n  web:\n    deploy: [x]\n"},
        paths=BOTH,
    )
    assert finding.code == Code.CANNOT_MERGE
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (3, 13)
