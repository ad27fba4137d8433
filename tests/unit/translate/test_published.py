from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate import Options
from hybridcompose.translate.options import Expose
from tests.unit.translate.support import codes, found, only, plan_of, service

NODES = Options(expose=Expose.NODEPORT)
BALANCER = Options(expose=Expose.LOADBALANCER)


def test_published_ports_lead_to_the_containers_ports() -> None:
    ports = [{"target": 80, "published": "8080"}, {"target": 53, "published": "5353", "protocol": "udp"}]
    spec = found(plan_of({"web": service(ports=ports)}, options=BALANCER), "Service")["web-published"]["spec"]
    assert spec["type"] == "LoadBalancer"
    assert spec["ports"] == [
        {"name": "tcp-8080", "port": 8080, "protocol": "TCP", "targetPort": 80},
        {"name": "udp-5353", "port": 5353, "protocol": "UDP", "targetPort": 53},
    ]


def test_the_same_number_may_be_published_for_two_protocols() -> None:
    ports = [{"target": 53, "published": "53", "protocol": protocol, "name": "dns"} for protocol in ("tcp", "udp")]
    spec = found(plan_of({"web": service(ports=ports)}, options=BALANCER), "Service")["web-published"]["spec"]
    assert [port["name"] for port in spec["ports"]] == ["dns", "udp-53"]


def test_a_published_port_that_nodes_can_have_is_theirs() -> None:
    plan = plan_of({"web": service(ports=[{"target": 80, "published": "30080"}])}, options=NODES)
    (port,) = found(plan, "Service")["web-published"]["spec"]["ports"]
    assert port["nodePort"] == 30080
    assert codes(plan) == []


def test_that_the_cluster_chooses_a_nodes_port_is_said() -> None:
    plan = plan_of({"web": service(ports=[{"target": 80, "published": "80"}])}, options=NODES)
    assert "nodePort" not in found(plan, "Service")["web-published"]["spec"]["ports"][0]
    assert only(plan, Code.APPROXIMATED).path == ("services", "web", "ports")


@pytest.mark.parametrize(("published", "number"), [(None, 82), ("0", 82), ("8000-8010", 8000)])
def test_a_port_that_docker_chooses_is_chosen(published: str | None, number: int) -> None:
    plan = plan_of({"web": service(ports=[{"target": 82, "published": published}])}, options=BALANCER)
    assert found(plan, "Service")["web-published"]["spec"]["ports"][0]["port"] == number


def test_one_number_for_two_ports_is_said_to_be_impossible() -> None:
    ports = [{"target": 80, "published": "80"}, {"target": 81, "published": "80", "host_ip": "10.0.0.1"}]
    plan = plan_of({"web": service(ports=ports)}, options=BALANCER)
    assert len(found(plan, "Service")["web-published"]["spec"]["ports"]) == 1
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "ports", 1)


def test_a_port_for_this_machine_alone_is_a_warning() -> None:
    ports = [{"target": 80, "published": "80", "host_ip": "127.0.0.1"}]
    finding = only(plan_of({"web": service(ports=ports)}, options=BALANCER), Code.APPROXIMATED)
    assert (finding.severity, finding.path) == (Severity.WARNING, ("services", "web", "ports", 0, "host_ip"))


def test_nothing_is_published_unless_it_is_asked_for() -> None:
    assert "web-published" not in found(plan_of({"web": service(ports=[{"target": 80, "published": "80"}])}), "Service")


def test_a_service_without_ports_has_nothing_to_publish() -> None:
    assert list(found(plan_of({"web": service(expose=["80"])}, options=NODES), "Service")) == ["web"]
