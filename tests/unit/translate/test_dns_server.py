from __future__ import annotations

from typing import Any

from hybridcompose.diagnostics import Code
from hybridcompose.translate import Options
from hybridcompose.translate.options import Dns
from tests.unit.translate.support import codes, found, plan_of, pod_spec, service

OPTIONS = Options(dns=Dns.PROJECT)


def corefile(services: dict[str, Any], **keys: Any) -> str:
    text: str = found(plan_of(services, options=OPTIONS, **keys), "ConfigMap")["hybridcompose-dns"]["data"]["Corefile"]
    return text


def test_a_name_is_turned_into_that_of_its_service() -> None:
    assert "    rewrite name exact my_db. my-db.@DOMAIN@.\n" in corefile({"my_db": service()})


def test_every_set_of_networks_has_a_port_and_a_service_of_its_own() -> None:
    plan = plan_of({"a": service(networks={"x": None}), "b": service(networks={"y": None})}, options=OPTIONS)
    services = found(plan, "Service")
    ports = [services[name]["spec"]["ports"][0] for name in ("hybridcompose-dns", "hybridcompose-dns-2")]
    assert [(port["port"], port["targetPort"]) for port in ports] == [(53, 1053), (53, 1054)]
    text = found(plan, "ConfigMap")["hybridcompose-dns"]["data"]["Corefile"]
    assert [line for line in text.splitlines() if line.startswith(".")] == [".:1053 {", ".:1054 {"]
    chosen = [pod_spec(plan, name)["initContainers"][-1]["args"][1] for name in ("a", "b")]
    assert chosen == ["hybridcompose-dns", "hybridcompose-dns-2"]


def test_names_of_other_networks_do_not_exist() -> None:
    text = corefile({"a": service(networks={"x": None}), "b": service(networks={"y": {"aliases": ["b.test"]}})})
    assert (
        '    template ANY ANY {\n        match "^(b|shop-b-1)[.]$"\n        rcode NXDOMAIN\n        fallthrough\n'
        in text
    )


def test_a_name_with_a_dot_may_be_somebody_elses_on_other_networks() -> None:
    text = corefile({"a": service(networks={"x": None}), "b": service(networks={"y": {"aliases": ["api.test"]}})})
    assert text.count("api.test.") == 1


def test_servers_of_a_service_are_asked_for_what_is_outside() -> None:
    text = corefile({"web": service(dns=["10.0.0.53"])})
    assert "    forward @DOMAIN@ /etc/resolv.conf\n    forward . 10.0.0.53\n" in text


def test_a_link_to_the_outside_is_another_name_for_it() -> None:
    links = ["legacy:old", "db.other.svc.cluster.local:store"]
    text = corefile({"web": service(external_links=links)})
    assert "rewrite name exact old. legacy.@DOMAIN@.\n" in text
    assert "rewrite name exact store. db.other.svc.cluster.local.\n" in text


def test_the_file_of_a_pod_says_what_docker_writes() -> None:
    keys = {"dns_search": ["a.test", "."], "dns_opt": ["timeout:1"]}
    (container,) = pod_spec(plan_of({"web": service(**keys)}, options=OPTIONS))["initContainers"]
    assert container["args"][3:] == ["search a.test", "options timeout:1 ndots:0"]
    assert container["securityContext"]["runAsUser"] == 0


def test_options_of_the_user_win_over_dockers() -> None:
    (container,) = pod_spec(plan_of({"web": service(dns_opt=["ndots:3"])}, options=OPTIONS))["initContainers"]
    assert container["args"][3:] == ["options ndots:3"]


def test_dns_keys_are_no_approximation_with_a_server_of_the_projects_own() -> None:
    plan = plan_of({"web": service(dns=["10.0.0.53"], dns_search=["a.test"], dns_opt=["rotate"])}, options=OPTIONS)
    assert Code.APPROXIMATED not in codes(plan)
    assert "dnsConfig" not in pod_spec(plan)


def test_the_server_is_made_anew_when_names_change() -> None:
    def marks(services: dict[str, Any]) -> Any:
        deployment = found(plan_of(services, options=OPTIONS), "Deployment")["hybridcompose-dns"]
        return deployment["spec"]["template"]["metadata"]["annotations"]

    assert marks({"web": service()}) == marks({"web": service(environment={"A": "b"})})
    assert marks({"web": service()}) != marks({"web": service(hostname="other")})


def test_pods_of_the_server_are_found_by_its_service_alone() -> None:
    plan = plan_of({"web": service()}, options=OPTIONS)
    labels = found(plan, "Deployment")["hybridcompose-dns"]["spec"]["template"]["metadata"]["labels"]
    chosen = [name for name, one in found(plan, "Service").items() if one["spec"]["selector"].items() <= labels.items()]
    assert chosen == ["hybridcompose-dns"]


def test_a_project_without_networks_needs_no_server() -> None:
    plan = plan_of({"web": service(network_mode="none")}, options=OPTIONS)
    assert found(plan, "Deployment") == {}
    assert "initContainers" not in pod_spec(plan)


def test_the_server_does_not_take_a_services_name() -> None:
    plan = plan_of({"hybridcompose-dns": service()}, options=OPTIONS)
    assert len(found(plan, "Service")) == 2
