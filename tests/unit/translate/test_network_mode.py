from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate import Options
from hybridcompose.translate.options import Ordering
from tests.unit.translate.support import depends_on, found, only, plan_of, pod_spec, refusal_of, service


def test_a_service_without_a_network_is_denied_every_connection() -> None:
    plan = plan_of({"web": service(network_mode="none")})
    spec = found(plan, "NetworkPolicy")["web-no-network"]["spec"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in spec
    assert "egress" not in spec
    assert spec["podSelector"]["matchLabels"].items() <= found(plan, "Pod")["web"]["metadata"]["labels"].items()
    assert only(plan, Code.APPROXIMATED).path == ("services", "web", "network_mode")


def test_a_service_without_a_network_has_no_name() -> None:
    assert found(plan_of({"web": service(network_mode="none", container_name="site")}), "Service") == {}


def test_who_waits_for_others_in_manifests_may_look_them_up() -> None:
    services = {"db": service(), "web": service(network_mode="none", depends_on={"db": depends_on()})}
    (rule,) = found(plan_of(services), "NetworkPolicy")["web-no-network"]["spec"]["egress"]
    assert list(rule) == ["ports"]
    alone = plan_of(services, options=Options(ordering=Ordering.NONE))
    assert "egress" not in found(alone, "NetworkPolicy")["web-no-network"]["spec"]


def test_what_others_wait_for_has_a_name_all_the_same() -> None:
    services = {"off": service(network_mode="none"), "web": service(depends_on={"off": depends_on()})}
    assert "off" in found(plan_of(services), "Service")


def test_a_lone_service_on_the_host_has_a_pod_of_its_own() -> None:
    plan = plan_of({"web": service(network_mode="host")})
    assert "hostNetwork" not in pod_spec(plan)
    assert only(plan, Code.APPROXIMATED).path == ("services", "web", "network_mode")


def test_published_ports_on_the_host_are_discarded_as_docker_does() -> None:
    plan = plan_of({"web": service(network_mode="host", ports=[{"target": 80, "published": "80"}])})
    finding = only(plan, Code.CONFLICTING_VALUES)
    assert (finding.severity, finding.path) == (Severity.WARNING, ("services", "web", "ports"))


@pytest.mark.parametrize("mode", ["container:other", "my_net"])
def test_a_network_that_is_not_there_is_a_warning(mode: str) -> None:
    plan = plan_of({"web": service(network_mode=mode)})
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "network_mode")


@pytest.mark.parametrize("mode", ["bridge", "default"])
def test_in_the_engines_own_network_names_are_said_to_resolve(mode: str) -> None:
    plan = plan_of({"web": service(network_mode=mode)})
    assert only(plan, Code.APPROXIMATED).path == ("services", "web", "network_mode")
    assert "web" in found(plan, "Service")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hostname", "x"),
        ("ports", [{"target": 80}]),
        ("dns", ["10.0.0.1"]),
        ("dns_search", ["a.test"]),
        ("extra_hosts", {"a": ["10.0.0.1"]}),
    ],
)
def test_what_belongs_to_the_network_is_refused_beside_another_services(key: str, value: Any) -> None:
    given = {"vpn": service(), "web": service(**{"network_mode": "service:vpn", key: value})}
    (finding,) = [entry for entry in refusal_of(given) if entry.severity is Severity.ERROR]
    assert (finding.code, finding.path) == (Code.CONFLICTING_VALUES, ("services", "web", key))
