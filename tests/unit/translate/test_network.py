from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, Severity, TranslateError
from hybridcompose.translate import Options
from tests.unit.translate.support import codes, found, only, plan_of, pod_spec, refusal_of, service


def test_a_service_without_ports_resolves_by_its_name() -> None:
    manifest = found(plan_of({"db": service()}), "Service")["db"]
    assert manifest["spec"] == {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": {"hybridcompose.io/project": "shop", "hybridcompose.io/service": "db"},
    }


def test_the_selector_of_a_service_finds_its_pods_and_no_others() -> None:
    plan = plan_of({"db": service(), "web": service(scale=2)})
    selector = found(plan, "Service")["web"]["spec"]["selector"]
    chosen = [name for name, pod in found(plan, "Pod").items() if selector.items() <= pod["metadata"]["labels"].items()]
    assert chosen == ["web-1", "web-2"]


def test_an_alias_of_two_services_selects_the_pods_of_both() -> None:
    attached = {"networks": {"front": {"aliases": ["api"]}}}
    plan = plan_of({"blue": service(**attached), "green": service(**attached), "red": service()})
    selector = found(plan, "Service")["api"]["spec"]["selector"]
    chosen = [name for name, pod in found(plan, "Pod").items() if selector.items() <= pod["metadata"]["labels"].items()]
    assert chosen == ["blue", "green"]


def test_a_container_name_resolves_too() -> None:
    assert "shop-database" in found(plan_of({"db": service(container_name="shop-database")}), "Service")


def test_a_host_name_is_the_pods_own_and_resolves_for_the_others() -> None:
    plan = plan_of({"db": service(hostname="primary", scale=2)})
    assert pod_spec(plan, "db-1")["hostname"] == pod_spec(plan, "db-2")["hostname"] == "primary"
    assert "primary" in found(plan, "Service")


def test_a_host_name_that_kubernetes_does_not_allow_is_changed_and_said() -> None:
    plan = plan_of({"db": service(hostname="My_Host")})
    assert pod_spec(plan, "db")["hostname"] == "my-host"
    assert {found.path for found in plan.diagnostics} == {("services", "db", "hostname")}


def test_a_host_name_with_dots_stays_whole_in_its_container() -> None:
    plan = plan_of({"db": service(hostname="db.example.test")})
    assert pod_spec(plan, "db")["hostnameOverride"] == "db.example.test"
    assert "hostname" not in pod_spec(plan, "db")
    assert "without its first part" in " ".join(entry.message for entry in plan.diagnostics)


@pytest.mark.parametrize(
    ("name", "version"), [("db.example.test", "1.34"), (f"{'a' * 60}.test", "1.37"), ("a_b.test", "1.37")]
)
def test_a_host_name_with_dots_that_not_every_cluster_takes_is_replaced(name: str, version: str) -> None:
    plan = plan_of({"db": service(hostname=name)}, options=Options(kubernetes_version=version))
    assert "hostnameOverride" not in pod_spec(plan, "db")
    assert "." not in pod_spec(plan, "db")["hostname"]
    assert "becomes" in " ".join(entry.message for entry in plan.diagnostics)


def test_services_on_different_networks_are_noted_once() -> None:
    plan = plan_of({"a": service(networks={"x": None}), "b": service(networks={"y": None}), "c": service()})
    assert only(plan, Code.APPROXIMATED).path == ("networks",)


def test_services_on_the_same_networks_are_no_finding() -> None:
    assert codes(plan_of({"a": service(networks={"x": None}), "b": service(networks={"x": None})})) == []


def test_an_internal_network_is_said_not_to_be_closed() -> None:
    plan = plan_of({"a": service(networks={"x": None})}, networks={"x": {"internal": True}})
    assert only(plan, Code.APPROXIMATED).path == ("networks", "x", "internal")


def test_extra_hosts_are_lines_of_the_hosts_file() -> None:
    plan = plan_of({"web": service(extra_hosts={"one": ["10.0.0.1"], "Two": ["10.0.0.1", "::1"]})})
    assert pod_spec(plan)["hostAliases"] == [
        {"ip": "10.0.0.1", "hostnames": ["one", "two"]},
        {"ip": "::1", "hostnames": ["two"]},
    ]


def test_the_host_gateway_is_the_address_that_the_user_gives() -> None:
    services = {"web": service(extra_hosts={"host.docker.internal": ["host-gateway"]})}
    plan = plan_of(services, options=Options(host_gateway="10.1.2.3"))
    assert pod_spec(plan)["hostAliases"] == [{"ip": "10.1.2.3", "hostnames": ["host.docker.internal"]}]


def test_a_host_gateway_that_nobody_gave_is_a_warning() -> None:
    plan = plan_of({"web": service(extra_hosts={"host.docker.internal": ["host-gateway"]})})
    finding = only(plan, Code.NO_EQUIVALENT)
    assert finding.severity is Severity.WARNING
    assert finding.remedy
    assert "--host-gateway" in finding.remedy
    assert "hostAliases" not in pod_spec(plan)


def test_an_extra_host_without_an_address_is_an_error() -> None:
    (finding,) = refusal_of({"web": service(extra_hosts={"one": ["nowhere"]})})
    assert (finding.code, finding.path) == (Code.INVALID_VALUE, ("services", "web", "extra_hosts", "one"))


def test_an_extra_host_that_kubernetes_refuses_is_left_out_and_said() -> None:
    plan = plan_of({"web": service(extra_hosts={"a_b": ["10.0.0.1"]})})
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "extra_hosts", "a_b")


def test_name_servers_are_added_to_the_clusters_own() -> None:
    plan = plan_of({"web": service(dns="10.0.0.53", dns_search=["a.test", "."], dns_opt=["ndots:3", "rotate"])})
    assert pod_spec(plan)["dnsConfig"] == {
        "nameservers": ["10.0.0.53"],
        "searches": ["a.test"],
        "options": [{"name": "ndots", "value": "3"}, {"name": "rotate"}],
    }
    assert "dnsPolicy" not in pod_spec(plan)
    assert codes(plan) == [Code.APPROXIMATED] * 3


@pytest.mark.parametrize(("mode", "expected"), [("dnsrr", []), ("vip", [Code.APPROXIMATED])])
def test_a_virtual_address_is_not_promised(mode: str, expected: list[Code]) -> None:
    assert codes(plan_of({"web": service(deploy={"endpoint_mode": mode})})) == expected


def test_a_runner_that_is_the_host_is_known_to_up_alone() -> None:
    services = {"web": service(extra_hosts={"host.docker.internal": ["host-gateway"]})}
    with pytest.raises(TranslateError, match="is known to up alone"):
        plan_of(services, options=Options(host_gateway="runner"))


def test_a_service_that_wants_no_name_on_any_network_has_none() -> None:
    quiet = {"use_service_name_alias": False, "aliases": ["other"]}
    plan = plan_of({"web": service(networks={"x": quiet})})
    assert list(found(plan, "Service")) == ["other"]
    named = plan_of({"web": service(networks={"x": quiet, "y": None})})
    assert "web" in found(named, "Service")


def test_a_name_server_without_an_address_is_an_error() -> None:
    (finding,) = refusal_of({"web": service(dns=["10.0.0.53", "dns.example"])})
    assert (finding.code, finding.path) == (Code.INVALID_VALUE, ("services", "web", "dns", 1))
