from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity, TranslateError
from hybridcompose.gather.facts import BuildFacts, Facts
from hybridcompose.translate import Options
from hybridcompose.translate.names import project_prefix
from hybridcompose.translate.options import Dns, NamespaceMode, Ordering
from tests.unit.translate.support import HEALTHY, codes, depends_on, found, only, plan_of, pod_spec, service

SHARED = Options(namespace_mode=NamespaceMode.SHARED)
DATA = [{"type": "volume", "source": "data", "target": "/data"}]


def test_every_object_begins_with_the_project() -> None:
    services = {
        "db": service(healthcheck=HEALTHY, volumes=DATA),
        "web": service(scale=2, volumes=DATA, depends_on={"db": depends_on("service_healthy")}),
    }
    plan = plan_of(services, options=SHARED, volumes={"data": {"name": "data"}})
    names = {resource.key.name for resource in plan.resources}
    assert {"shop-db", "shop-db-ready", "shop-web-1", "shop-web-2", "shop-data"} <= names
    assert [name for name in names if name != "shop" and not name.startswith("shop-")] == []


def test_a_renamed_claim_is_the_one_that_pods_mount() -> None:
    services = {"db": service(volumes=DATA), "web": service(volumes=DATA)}
    plan = plan_of(services, options=SHARED, volumes={"data": {"name": "data"}})
    (volume,) = [entry for entry in pod_spec(plan, "shop-web")["volumes"] if "persistentVolumeClaim" in entry]
    assert volume["persistentVolumeClaim"]["claimName"] == "shop-data"
    assert list(found(plan, "PersistentVolumeClaim")) == ["shop-data"]


def test_pods_that_share_a_volume_stay_beside_those_of_their_project() -> None:
    services = {"db": service(volumes=DATA), "web": service(volumes=DATA)}
    plan = plan_of(services, options=SHARED, volumes={"data": {"name": "data"}})
    affinity = pod_spec(plan, "shop-web")["affinity"]["podAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["labelSelector"]["matchLabels"]["hybridcompose.io/project"] == "shop"


def test_a_renamed_build_is_the_one_that_its_service_waits_for() -> None:
    facts = Facts(builds={"web": BuildFacts("web", "/shop", "0" * 64, "Dockerfile", b"archive", 7)})
    options = Options(namespace_mode=NamespaceMode.SHARED, registry="registry.test:5000")
    plan = plan_of({"web": service(build={"context": "/shop"})}, facts=facts, options=options)
    (image,) = plan.images
    assert image.job.name.startswith("shop-build-web-")
    resources = plan.by_key()
    assert image.job in resources
    (pod,) = [resource for resource in plan.resources if resource.key.kind == "Pod"]
    assert image.job in pod.waits_for
    assert set(resources[image.job].waits_for) <= resources.keys()


def test_a_service_is_found_below_the_projects_own_domain() -> None:
    plan = plan_of({"db": service()}, options=SHARED)
    spec = pod_spec(plan, "shop-db")
    assert (spec["hostname"], spec["subdomain"]) == ("db", "shop")
    headless = found(plan, "Service")["shop"]["spec"]
    assert headless["clusterIP"] == "None"
    assert headless["selector"] == {"hybridcompose.io/project": "shop"}
    (container,) = spec["initContainers"]
    assert container["args"] == ["shop"]


def test_a_known_dns_server_spares_the_init_container() -> None:
    options = Options(namespace_mode=NamespaceMode.SHARED, cluster_dns="10.96.0.10", namespace="ci")
    spec = pod_spec(plan_of({"db": service(dns_search=["a.test"])}, options=options), "shop-db")
    assert "initContainers" not in spec
    assert spec["dnsPolicy"] == "None"
    assert spec["dnsConfig"]["nameservers"] == ["10.96.0.10"]
    assert spec["dnsConfig"]["searches"] == [
        "shop.ci.svc.cluster.local",
        "ci.svc.cluster.local",
        "svc.cluster.local",
        "cluster.local",
        "a.test",
    ]


def test_a_known_dns_server_is_of_no_use_without_a_namespace() -> None:
    options = Options(namespace_mode=NamespaceMode.SHARED, cluster_dns="10.96.0.10")
    with pytest.raises(TranslateError, match="the namespace must be known"):
        plan_of({"db": service()}, options=options)


def test_a_dns_server_without_an_address_is_refused() -> None:
    options = Options(namespace_mode=NamespaceMode.SHARED, cluster_dns="kube-dns", namespace="ci")
    with pytest.raises(TranslateError, match="is no address"):
        plan_of({"db": service()}, options=options)


@pytest.mark.parametrize(
    ("keys", "path", "severity"),
    [
        ({"networks": {"n": {"aliases": ["store"]}}}, ("networks", "n", "aliases", 0), Severity.WARNING),
        ({"container_name": "store"}, ("container_name",), Severity.NOTE),
    ],
)
def test_a_further_name_that_no_pod_can_have_is_said(keys: Any, path: tuple[Any, ...], severity: Severity) -> None:
    finding = only(plan_of({"db": service(**keys)}, options=SHARED), Code.NAME_CHANGED)
    assert (finding.path, finding.severity) == (("services", "db", *path), severity)
    assert finding.remedy
    assert "--dns project" in finding.remedy


def test_a_dns_server_of_the_projects_own_knows_every_name() -> None:
    options = Options(namespace_mode=NamespaceMode.SHARED, dns=Dns.PROJECT)
    given = service(networks={"default": {"aliases": ["store"]}}, container_name="my_db", hostname="primary")
    plan = plan_of({"db": given}, options=options)
    assert codes(plan) == []
    text = found(plan, "ConfigMap")["shop-hybridcompose-dns"]["data"]["Corefile"]
    assert "rewrite name exact store. shop-db.@DOMAIN@.\n" in text
    assert pod_spec(plan, "shop-db")["hostname"] == "primary"
    assert "subdomain" not in pod_spec(plan, "shop-db")


def test_the_order_of_starts_holds() -> None:
    services = {"db": service(), "web": service(depends_on={"db": depends_on()})}
    waiting = pod_spec(plan_of(services, options=SHARED), "shop-web")["initContainers"][0]
    assert waiting["args"][1].split(":")[0] == "shop-db"
    assert "shop-db" in found(plan_of(services, options=SHARED), "Service")


def test_two_runs_of_a_project_have_no_object_in_common() -> None:
    from hybridcompose.spec import Project
    from hybridcompose.translate import translate

    def keys(name: str) -> set[object]:
        given = {"name": name, "services": {"db": service(volumes=DATA), "web": service(volumes=DATA)}}
        options = Options(namespace_mode=NamespaceMode.SHARED, ordering=Ordering.NONE)
        return {resource.key for resource in translate(Project.model_validate(given), Facts(), options).resources}

    assert not keys("run1") & keys("run2")


def test_two_projects_that_differ_in_a_character_have_different_prefixes() -> None:
    assert project_prefix("shop-1") == "shop-1"
    assert project_prefix("shop_1") != "shop-1"
    assert len(project_prefix("p" * 80)) <= 63


def test_a_host_name_that_differs_from_the_service_is_its_own_and_said_to_be_lost_for_others() -> None:
    plan = plan_of({"db": service(hostname="primary")}, options=SHARED)
    spec = pod_spec(plan, "shop-db")
    assert (spec["hostname"], spec["hostnameOverride"]) == ("db", "primary")
    assert [(entry.path, entry.message) for entry in plan.diagnostics] == [
        (("services", "db", "hostname"), "others find the container as 'db', not by its host name")
    ]


def test_on_older_clusters_the_host_name_is_the_services() -> None:
    plan = plan_of({"db": service(hostname="primary")}, options=SHARED._replace(kubernetes_version="1.34"))
    assert "hostnameOverride" not in pod_spec(plan, "shop-db")
    assert "own host name is 'db'" in plan.diagnostics[0].message
