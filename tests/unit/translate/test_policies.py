from __future__ import annotations

from typing import Any

from hybridcompose.translate import Options
from hybridcompose.translate.options import Dns, NamespaceMode
from tests.unit.translate.support import codes, found, only, plan_of, service

OPTIONS = Options(network_policies=True)
EVERYTHING: list[dict[str, Any]] = [{}]


def policies(services: dict[str, Any], options: Options = OPTIONS, **keys: Any) -> dict[str, Any]:
    return {
        name: one["spec"] for name, one in found(plan_of(services, options=options, **keys), "NetworkPolicy").items()
    }


def on(*networks: str, **keys: Any) -> dict[str, Any]:
    return service(networks=dict.fromkeys(networks), **keys)


def test_members_of_a_network_are_reached_by_each_other_alone() -> None:
    plan = plan_of({"a": on("front"), "b": on("front", "back"), "c": on("back")}, options=OPTIONS)
    spec = found(plan, "NetworkPolicy")["network-front"]["spec"]
    (rule,) = spec["ingress"]
    assert rule == {"from": [{"podSelector": spec["podSelector"]}]}
    selector = spec["podSelector"]["matchLabels"]
    members = [
        name for name, pod in found(plan, "Pod").items() if selector.items() <= pod["metadata"]["labels"].items()
    ]
    assert members == ["a", "b"]


def test_services_without_networks_are_on_the_default_one() -> None:
    assert list(policies({"a": service(), "b": on("default")})) == ["network-default"]


def test_nothing_is_said_about_what_goes_out_where_no_network_is_internal() -> None:
    assert policies({"a": on("front")})["network-front"]["policyTypes"] == ["Ingress"]


def test_an_internal_network_leads_to_its_members_and_to_dns() -> None:
    spec = policies({"a": on("inner")}, networks={"inner": {"internal": True}})["network-inner"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    members, dns = spec["egress"]
    assert members == {"to": [{"podSelector": spec["podSelector"]}]}
    assert {(port["port"], port["protocol"]) for port in dns["ports"]} >= {(53, "UDP"), (53, "TCP")}
    assert "to" not in dns


def test_who_is_on_another_network_too_goes_out_through_that_one() -> None:
    given = policies({"a": on("inner", "front")}, networks={"inner": {"internal": True}, "front": {}})
    assert given["network-front"]["egress"] == EVERYTHING


def test_an_internal_network_leads_to_the_projects_dns_server() -> None:
    options = Options(network_policies=True, dns=Dns.PROJECT)
    plan = plan_of({"a": on("inner")}, options=options, networks={"inner": {"internal": True}})
    server = found(plan, "Deployment")["hybridcompose-dns"]["spec"]["template"]["metadata"]["labels"]
    rules = found(plan, "NetworkPolicy")["network-inner"]["spec"]["egress"]
    selectors = [peer["podSelector"]["matchLabels"] for rule in rules for peer in rule.get("to", ())]
    assert any(selector.items() <= server.items() for selector in selectors)


def test_published_ports_are_reached_from_everywhere() -> None:
    spec = policies({"web": on("front", ports=[{"target": 80, "published": "8080"}])})["web-published"]
    assert spec["ingress"] == [{"ports": [{"port": 80, "protocol": "TCP"}]}]


def test_ports_behind_an_internal_network_are_not_published() -> None:
    ports = [{"target": 80, "published": "8080"}]
    assert "web-published" not in policies({"web": on("inner", ports=ports)}, networks={"inner": {"internal": True}})


def test_networks_with_awkward_names_stay_apart() -> None:
    plan = plan_of({"a": on("my_net"), "b": on("my-net")}, options=OPTIONS)
    pods = found(plan, "Pod")
    labels = [{key for key in pods[name]["metadata"]["labels"] if key.startswith("network.")} for name in ("a", "b")]
    assert not labels[0] & labels[1]
    assert len(found(plan, "NetworkPolicy")) == 2


def test_that_a_plugin_must_enforce_them_is_said_once() -> None:
    plan = plan_of({"a": on("x"), "b": on("y")}, options=OPTIONS, networks={"x": {"internal": True}, "y": {}})
    assert len(codes(plan)) == 1
    assert only(plan, codes(plan)[0]).path == ("networks",)


def test_the_dns_server_is_on_no_network() -> None:
    options = Options(network_policies=True, dns=Dns.PROJECT)
    labels = found(plan_of({"a": service()}, options=options), "Deployment")["hybridcompose-dns"]["metadata"]["labels"]
    assert not [label for label in labels if label.startswith("network.")]


def test_policies_in_a_shared_namespace_begin_with_the_project() -> None:
    options = Options(network_policies=True, namespace_mode=NamespaceMode.SHARED)
    assert list(policies({"a": service(ports=[{"target": 80}])}, options)) == [
        "shop-a-published",
        "shop-network-default",
    ]
