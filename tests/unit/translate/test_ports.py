from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.diagnostics import Code
from hybridcompose.translate.options import Options
from hybridcompose.translate.ports import port_name
from tests.unit.translate.support import only, plan_of, pod_spec, refusal_of, service


def ports(**keys: object) -> list[dict[str, object]]:
    given_ports: list[dict[str, object]] = pod_spec(plan_of({"web": service(**keys)}))["containers"][0].get("ports", [])
    return given_ports


def test_the_containers_port_is_declared_and_not_the_published_one() -> None:
    assert ports(ports=[{"target": 80, "published": "8080", "protocol": "tcp"}]) == [
        {"containerPort": 80, "protocol": "TCP"}
    ]


def test_no_port_of_the_node_is_taken() -> None:
    assert all("hostPort" not in port for port in ports(ports=[{"target": 80, "published": "80", "mode": "host"}]))


def test_udp_stays_udp() -> None:
    assert ports(ports=[{"target": 53, "protocol": "udp"}, {"target": 53, "protocol": "tcp"}]) == [
        {"containerPort": 53, "protocol": "UDP"},
        {"containerPort": 53, "protocol": "TCP"},
    ]


def test_an_exposed_range_is_every_port_in_it() -> None:
    assert [port["containerPort"] for port in ports(expose=["3000-3005"])] == [3000, 3001, 3002, 3003, 3004, 3005]


def test_a_port_that_is_declared_twice_is_there_once() -> None:
    assert ports(ports=[{"target": 80}, {"target": 80, "name": "web"}], expose=["80", "80/udp"]) == [
        {"name": "web", "containerPort": 80, "protocol": "TCP"},
        {"containerPort": 80, "protocol": "UDP"},
    ]


def test_a_name_is_given_to_one_port_only() -> None:
    named = ports(ports=[{"target": 80, "name": "web"}, {"target": 81, "name": "web"}])
    assert [port.get("name") for port in named] == ["web", None]


def test_a_long_name_becomes_one_of_fifteen_characters() -> None:
    assert ports(ports=[{"target": 80, "name": "inventory-api--8080"}])[0]["name"] == "inventory-api-8"


def test_published_ports_are_noted_once_for_each_service() -> None:
    plan = plan_of(
        {"web": service(ports=[{"target": 80}, {"target": 81, "published": "1"}, {"target": 82, "published": "2"}])}
    )
    assert only(plan, Code.APPROXIMATED).path == ("services", "web", "ports", 1, "published")


def test_published_ports_that_are_bound_elsewhere_are_not_said_to_be_unbound() -> None:
    published = {name: service(ports=[{"target": 80, "published": "80"}]) for name in ("web", "api")}
    plan = plan_of(published, options=Options(forwarded=("web",)))
    assert only(plan, Code.APPROXIMATED).path == ("services", "api", "ports", 0, "published")


@pytest.mark.parametrize("text", ["http", "80-", "0", "70000", "80/icmp"])
def test_what_is_no_port_is_an_error_at_its_place(text: str) -> None:
    (finding,) = refusal_of({"web": service(expose=[text])})
    assert (finding.code, finding.path) == (Code.INVALID_VALUE, ("services", "web", "expose", 0))


@given(st.text())
def test_any_name_becomes_a_valid_port_name_or_none(text: str) -> None:
    name = port_name(text)
    assert name == "" or (
        re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and re.search("[a-z]", name) and len(name) <= 15
    )
