from __future__ import annotations

import json
from typing import Any

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import Facts, ImageConfig
from hybridcompose.plan import Condition, ResourceKey
from hybridcompose.translate import Options
from hybridcompose.translate.options import Dns, Ordering
from tests.unit.translate.support import HEALTHY, depends_on, found, plan_of, pod_spec, refusal_of, service

#: What the loader adds beside `network_mode: service:vpn`.
STARTED = {"vpn": depends_on(restart=True)}
UP = Options(ordering=Ordering.NONE)


def joined(**keys: Any) -> dict[str, Any]:
    return service(**{"network_mode": "service:vpn", "depends_on": STARTED, **keys})


def names(containers: list[dict[str, Any]]) -> list[str]:
    return [container["name"] for container in containers]


def errors(services: dict[str, Any]) -> list[tuple[Code, tuple[str | int, ...]]]:
    return [(entry.code, entry.path) for entry in refusal_of(services) if entry.severity is Severity.ERROR]


def test_who_joins_a_network_runs_in_its_pod() -> None:
    plan = plan_of({"vpn": service(image="vpn"), "app": joined(image="app", command=["run"])})
    assert list(found(plan, "Pod")) == ["vpn"]
    vpn, app = pod_spec(plan, "vpn")["containers"]
    assert (vpn["name"], vpn["image"]) == ("vpn", "vpn")
    assert (app["name"], app["image"], app["args"]) == ("app", "app", ["run"])


def test_who_joins_has_no_name_of_its_own() -> None:
    assert list(found(plan_of({"vpn": service(), "app": joined()}), "Service")) == ["vpn"]


def test_the_pod_says_which_container_is_which_service() -> None:
    plan = plan_of({"vpn": service(), "my_app": joined()})
    annotations = found(plan, "Pod")["vpn"]["metadata"]["annotations"]
    assert json.loads(annotations["hybridcompose.io/containers"]) == {"my-app": "my_app", "vpn": "vpn"}


def test_the_pod_keeps_the_start_period_of_each_service() -> None:
    first, second = ({"test": ["CMD", "true"], "start_period": period} for period in ("90s", "500ms"))
    plan = plan_of({"vpn": service(healthcheck=first), "app": joined(healthcheck=second)})
    annotations = found(plan, "Pod")["vpn"]["metadata"]["annotations"]
    assert json.loads(annotations["hybridcompose.io/start-periods"]) == {"app": 0.5, "vpn": 90}


def test_volumes_come_along_and_the_same_one_is_shared() -> None:
    data = [{"type": "volume", "source": "data", "target": "/data"}]
    plan = plan_of({"vpn": service(volumes=data), "app": joined(volumes=data)}, volumes={"data": {"name": "shop_data"}})
    spec = pod_spec(plan, "vpn")
    assert [volume for volume in spec["volumes"] if volume["name"] == "data"] == [{"name": "data", "emptyDir": {}}]
    assert [container["volumeMounts"][0]["name"] for container in spec["containers"]] == ["data", "data"]
    assert found(plan, "PersistentVolumeClaim") == {}


def test_volumes_that_only_have_the_same_name_stay_apart() -> None:
    plan = plan_of({"vpn": service(tmpfs=["/t"]), "app": joined(tmpfs=["/t"])})
    spec = pod_spec(plan, "vpn")
    mounted = [container["volumeMounts"][0]["name"] for container in spec["containers"]]
    assert mounted == ["tmpfs-t", "tmpfs-t-app"]
    assert [volume["name"] for volume in spec["volumes"]] == mounted


def test_preparing_containers_of_both_run_and_keep_apart() -> None:
    image = ImageConfig(volumes=(), complete=True)
    data = [{"type": "volume", "source": "data", "target": "/data"}]
    services = {"vpn": service(image="a", volumes=data), "app": joined(image="b", volumes=data)}
    facts = Facts(images={"a": image, "b": image})
    plan = plan_of(services, facts=facts, volumes={"data": {"name": "shop_data"}})
    found_names = names(pod_spec(plan, "vpn")["initContainers"])
    assert len(set(found_names)) == len(found_names) == 4


def test_who_waits_for_health_within_the_pod_starts_after_it() -> None:
    waiting = {"vpn": depends_on("service_healthy")}
    plan = plan_of({"vpn": service(healthcheck=HEALTHY), "app": joined(depends_on=waiting)})
    spec = pod_spec(plan, "vpn")
    (vpn,) = spec["initContainers"]
    assert (vpn["name"], vpn["restartPolicy"]) == ("vpn", "Always")
    assert "startupProbe" in vpn
    assert names(spec["containers"]) == ["app"]


def test_who_waits_for_an_end_within_the_pod_starts_after_it() -> None:
    services = {
        "vpn": service(),
        "seed": joined(),
        "app": joined(depends_on={**STARTED, "seed": depends_on("service_completed_successfully")}),
    }
    spec = pod_spec(plan_of(services), "vpn")
    # What the one that ends needs is there before it, and stays.
    assert [(entry["name"], entry.get("restartPolicy")) for entry in spec["initContainers"]] == [
        ("vpn", "Always"),
        ("seed", None),
    ]
    assert names(spec["containers"]) == ["app"]


def test_an_end_that_others_wait_for_makes_the_pod_ready() -> None:
    services = {
        "vpn": service(),
        "seed": joined(),
        "web": service(depends_on={"seed": depends_on("service_completed_successfully")}),
    }
    plan = plan_of(services)
    spec = pod_spec(plan, "vpn")
    assert names(spec["initContainers"]) == ["vpn", "seed"]
    assert names(spec["containers"]) == ["done"]
    ready = found(plan, "Service")["seed-ready"]["spec"]["selector"]
    assert ready.items() <= found(plan, "Pod")["vpn"]["metadata"]["labels"].items()
    alone = pod_spec(plan_of(services, options=UP), "vpn")
    assert names(alone["containers"]) == ["seed", "vpn"] or names(alone["containers"]) == ["vpn", "seed"]


def test_a_pod_waits_for_what_all_its_services_wait_for() -> None:
    services = {
        "db": service(healthcheck=HEALTHY),
        "vpn": service(),
        "app": joined(depends_on={**STARTED, "db": depends_on("service_healthy")}),
    }
    plan = plan_of(services)
    (waiting,) = pod_spec(plan, "vpn")["initContainers"]
    assert [argument.split(":")[0] for argument in waiting["args"][1:]] == ["db-ready"]
    needs = {service.name: service.needs for service in plan.services}
    assert needs["vpn"] == needs["app"]
    assert [(need.service, need.condition) for need in needs["app"]] == [("db", Condition.HEALTHY)]


def test_who_waits_for_a_start_of_a_joined_service_waits_for_its_pod() -> None:
    services = {"vpn": service(), "app": joined(), "web": service(depends_on={"app": depends_on()})}
    (waiting,) = pod_spec(plan_of(services), "web")["initContainers"]
    assert {argument.split(":")[0] for argument in waiting["args"][1:]} == {"vpn"}


def test_both_services_are_watched_in_the_same_pod() -> None:
    plan = plan_of({"vpn": service(), "app": joined()})
    assert {service.name: (service.workloads, service.container) for service in plan.services} == {
        "app": ((ResourceKey("Pod", "vpn"),), "app"),
        "vpn": ((ResourceKey("Pod", "vpn"),), "vpn"),
    }


def test_the_pod_is_restarted_as_the_service_that_asks_for_the_least() -> None:
    plan = plan_of({"vpn": service(restart="always"), "app": joined(restart="no")})
    assert pod_spec(plan, "vpn")["restartPolicy"] == "Never"
    assert ("services", "vpn", "restart") in {entry.path for entry in plan.diagnostics}


def test_the_longest_grace_period_holds() -> None:
    plan = plan_of({"vpn": service(stop_grace_period="3s"), "app": joined(stop_grace_period="30s")})
    assert pod_spec(plan, "vpn")["terminationGracePeriodSeconds"] == 30


def test_what_a_pod_has_once_and_both_want_otherwise_is_a_warning() -> None:
    plan = plan_of({"vpn": service(platform="linux/amd64"), "app": joined(platform="linux/arm64")})
    assert pod_spec(plan, "vpn")["nodeSelector"]["kubernetes.io/arch"] == "amd64"
    (warning,) = [entry for entry in plan.diagnostics if entry.severity is Severity.WARNING]
    assert warning.path == ("services", "app", "network_mode")
    assert "nodeSelector.kubernetes.io/arch" in warning.message


def test_a_chain_of_joined_networks_is_one_pod() -> None:
    services = {
        "a": service(),
        "b": service(network_mode="service:a", depends_on={"a": depends_on()}),
        "c": service(network_mode="service:b", depends_on={"b": depends_on()}),
    }
    assert names(pod_spec(plan_of(services), "a")["containers"]) == ["a", "b", "c"]


def test_services_on_the_host_meet_in_one_pod() -> None:
    plan = plan_of({"two": service(network_mode="host"), "one": service(network_mode="host"), "web": service()})
    assert sorted(found(plan, "Pod")) == ["one", "web"]
    assert names(pod_spec(plan, "one")["containers"]) == ["one", "two"]


def test_the_pod_asks_the_projects_dns_server_once() -> None:
    plan = plan_of({"vpn": service(), "app": joined()}, options=Options(dns=Dns.PROJECT))
    assert names(pod_spec(plan, "vpn")["initContainers"]) == ["set-up-dns"]


def test_a_circle_through_another_pod_is_an_error() -> None:
    services = {
        "db": service(depends_on={"vpn": depends_on()}),
        "vpn": service(),
        "app": joined(depends_on={**STARTED, "db": depends_on()}),
    }
    assert errors(services) == [(Code.NO_EQUIVALENT, ("services", "app", "network_mode"))]


def test_different_numbers_of_containers_are_an_error() -> None:
    assert errors({"vpn": service(), "app": joined(scale=2)}) == [
        (Code.NO_EQUIVALENT, ("services", "app", "network_mode"))
    ]


def test_a_mode_that_a_pod_lacks_is_an_error() -> None:
    assert errors({"vpn": service(deploy={"mode": "global"}), "app": joined()}) == [
        (Code.NO_EQUIVALENT, ("services", "vpn", "deploy", "mode"))
    ]


def test_labels_of_both_services_are_kept() -> None:
    plan = plan_of({"vpn": service(labels={"a": "1"}), "app": joined(labels={"b": "2"})})
    annotations = found(plan, "Pod")["vpn"]["metadata"]["annotations"]
    assert json.loads(annotations["hybridcompose.io/metadata"]) == {"labels": {"a": "1"}}
    assert json.loads(annotations["hybridcompose.io/metadata-app"]) == {"labels": {"b": "2"}}


def test_services_of_one_pod_that_want_other_groups_have_those_of_the_first_which_is_said() -> None:
    named, numbered = service(user="1000"), service(user="1000:1000", network_mode="service:vpn")
    plan = plan_of({"vpn": named, "app": numbered})
    assert pod_spec(plan, "vpn")["securityContext"]["supplementalGroupsPolicy"] == "Merge"
    (lost,) = [one for one in plan.diagnostics if "supplementalGroupsPolicy" in one.message]
    assert (lost.severity, lost.path) == (Severity.WARNING, ("services", "app", "network_mode"))
    alike = plan_of({"vpn": service(user="1:1"), "app": numbered})
    assert pod_spec(alike, "vpn")["securityContext"]["supplementalGroupsPolicy"] == "Strict"
    assert not [one for one in alike.diagnostics if "supplementalGroupsPolicy" in one.message]
