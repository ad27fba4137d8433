from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code
from hybridcompose.translate import Options
from hybridcompose.translate.options import Ordering, Workloads
from tests.unit.translate.support import codes, depends_on, found, only, plan_of, service

COMPLETED = "service_completed_successfully"
DEPLOYED = Options(workloads=Workloads.DEPLOYMENT)
DATA = {"type": "volume", "source": "data", "target": "/data"}


def deployment(**keys: Any) -> dict[str, Any]:
    plan = plan_of({"web": service(restart="always", **keys)}, options=DEPLOYED)
    spec: dict[str, Any] = found(plan, "Deployment")["web"]["spec"]
    return spec


@pytest.mark.parametrize(("keys", "replicas"), [({}, 1), ({"scale": 0}, 0), ({"deploy": {"replicas": 3}}, 3)])
def test_a_service_is_one_deployment_of_all_its_replicas(keys: dict[str, Any], replicas: int) -> None:
    plan = plan_of({"web": service(restart="always", **keys)}, options=DEPLOYED)
    assert found(plan, "Deployment")["web"]["spec"]["replicas"] == replicas
    assert not found(plan, "Pod")
    assert plan.services[0].replicas == replicas


def test_a_deployment_finds_its_own_pods_and_the_service_finds_them_too() -> None:
    plan = plan_of({"web": service(restart="always")}, options=DEPLOYED)
    spec = found(plan, "Deployment")["web"]["spec"]
    labels = spec["template"]["metadata"]["labels"].items()
    assert spec["selector"]["matchLabels"].items() <= labels
    assert found(plan, "Service")["web"]["spec"]["selector"].items() <= labels


@pytest.mark.parametrize("restart", ["no", "on-failure", "on-failure:3"])
def test_another_restart_policy_than_always_is_noted_and_becomes_always(restart: str) -> None:
    plan = plan_of({"web": service(restart=restart)}, options=DEPLOYED)
    notes = [finding.message for finding in plan.diagnostics if "Deployment" in finding.message]
    assert notes == ["a Deployment always restarts its containers, whatever the restart policy says"]
    assert found(plan, "Deployment")["web"]["spec"]["template"]["spec"]["restartPolicy"] == "Always"


@pytest.mark.parametrize(
    ("update", "steps"),
    [
        (None, {"maxSurge": 0, "maxUnavailable": 1}),
        ({"order": "stop-first", "parallelism": 2}, {"maxSurge": 0, "maxUnavailable": 2}),
        ({"order": "start-first"}, {"maxSurge": 1, "maxUnavailable": 0}),
        ({"order": "start-first", "parallelism": 0}, {"maxSurge": "100%", "maxUnavailable": 0}),
    ],
)
def test_an_update_stops_or_starts_as_many_pods_at_a_time_as_compose_says(
    update: dict[str, Any] | None, steps: dict[str, Any]
) -> None:
    deploy = {"deploy": {"update_config": update}} if update else {}
    assert deployment(**deploy)["strategy"] == {"type": "RollingUpdate", "rollingUpdate": steps}


def test_a_service_with_a_claim_is_a_stateful_set_of_the_services_name() -> None:
    volumes = {"data": {"external": True, "name": "data"}}
    plan = plan_of({"db": service(restart="always", volumes=[DATA])}, options=DEPLOYED, volumes=volumes)
    spec = found(plan, "StatefulSet")["db"]["spec"]
    assert spec["serviceName"] == "db"
    assert not found(plan, "Deployment")


def test_pods_of_their_own_say_that_nothing_updates_them_step_by_step() -> None:
    plan = plan_of({"web": service(deploy={"update_config": {"parallelism": 2}})})
    assert only(plan, Code.APPROXIMATED).path == ("services", "web", "deploy", "update_config", "parallelism")


def test_a_daemon_set_is_updated_as_compose_says_in_both_styles() -> None:
    web = service(restart="always", deploy={"mode": "global", "update_config": {"parallelism": 2}})
    for options in (Options(), DEPLOYED):
        spec = found(plan_of({"web": web}, options=options), "DaemonSet")["web"]["spec"]
        assert spec["updateStrategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 2}


def test_an_awaited_one_shot_is_a_job_that_dns_shows_when_it_has_succeeded() -> None:
    services = {"migrate": service(), "web": service(restart="always", depends_on={"migrate": depends_on(COMPLETED)})}
    plan = plan_of(services, options=DEPLOYED)
    spec = found(plan, "Job")["migrate"]["spec"]["template"]["spec"]
    assert [container["name"] for container in spec["initContainers"]] == ["migrate"]
    assert list(found(plan, "Deployment")) == ["web"]


@pytest.mark.parametrize(
    ("keys", "tries"), [({}, 0), ({"restart": "on-failure:3"}, 3), ({"restart": "on-failure"}, 2_147_483_647)]
)
def test_a_failing_one_shot_is_repeated_as_often_as_compose_says(keys: dict[str, Any], tries: int) -> None:
    services = {"once": service(**keys), "web": service(depends_on={"once": depends_on(COMPLETED)})}
    for ordering in Ordering:
        options = Options(workloads=Workloads.DEPLOYMENT, ordering=ordering)
        spec = found(plan_of(services, options=options), "Job")["once"]["spec"]
        assert spec["backoffLimit"] == tries
        assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_a_pod_that_is_stopped_after_its_success_is_replaced_and_not_counted() -> None:
    services = {"once": service(), "web": service(depends_on={"once": depends_on(COMPLETED)})}
    spec = found(plan_of(services, options=DEPLOYED), "Job")["once"]["spec"]
    (rule,) = spec["podFailurePolicy"]["rules"]
    (idle,) = spec["template"]["spec"]["containers"]
    assert rule["action"] == "Ignore"
    assert rule["onExitCodes"] == {"containerName": idle["name"], "operator": "In", "values": [143]}
    assert "exit 143" in idle["command"][-1]


def test_a_one_shot_is_a_plain_job_where_nothing_waits_inside_pods() -> None:
    services = {"migrate": service(), "web": service(restart="always", depends_on={"migrate": depends_on(COMPLETED)})}
    plan = plan_of(services, options=Options(workloads=Workloads.DEPLOYMENT, ordering=Ordering.NONE))
    assert "initContainers" not in found(plan, "Job")["migrate"]["spec"]["template"]["spec"]


def test_a_service_is_a_one_shot_where_the_user_says_so() -> None:
    options = Options(workloads=Workloads.DEPLOYMENT, one_shot=("tests",))
    plan = plan_of({"tests": service()}, options=options)
    assert list(found(plan, "Job")) == ["tests"]
    assert codes(plan) == []
