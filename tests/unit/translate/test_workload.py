from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code
from hybridcompose.translate import Options
from hybridcompose.translate.options import Storage, Workloads
from tests.unit.translate.support import (
    HEALTHY,
    codes,
    depends_on,
    found,
    only,
    plan_of,
    pod_spec,
    refusal_of,
    service,
)

COMPLETED = "service_completed_successfully"


def test_a_service_is_a_bare_pod_of_its_name() -> None:
    plan = plan_of({"web": service()})
    assert [str(resource.key) for resource in plan.resources] == ["service/web", "pod/web"]
    assert pod_spec(plan)["containers"][0]["name"] == "web"


def test_no_pod_gets_a_token_or_variables_about_services() -> None:
    spec = pod_spec(plan_of({"web": service()}))
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False


@pytest.mark.parametrize(
    ("keys", "pods"),
    [
        ({"scale": 0}, []),
        ({"scale": 1}, ["web"]),
        ({"deploy": {"replicas": 0}}, []),
        ({"deploy": {"replicas": 3}}, ["web-1", "web-2", "web-3"]),
    ],
)
def test_every_replica_is_a_pod_and_the_service_is_always_there(keys: dict[str, Any], pods: list[str]) -> None:
    plan = plan_of({"web": service(**keys)})
    assert list(found(plan, "Pod")) == pods
    assert list(found(plan, "Service")) == ["web"]


@pytest.mark.parametrize(
    ("keys", "policy"),
    [
        ({}, "Never"),
        ({"restart": "no"}, "Never"),
        ({"restart": "always"}, "Always"),
        ({"restart": "unless-stopped"}, "Always"),
        ({"restart": "on-failure"}, "OnFailure"),
        ({"deploy": {"restart_policy": {"condition": "any"}}}, "Always"),
        ({"deploy": {"restart_policy": {"condition": "on-failure"}}}, "OnFailure"),
        ({"restart": "always", "deploy": {"restart_policy": {"condition": "none"}}}, "Never"),
    ],
)
def test_the_restart_policy_is_what_docker_does(keys: dict[str, Any], policy: str) -> None:
    assert pod_spec(plan_of({"web": service(**keys)}))["restartPolicy"] == policy


@pytest.mark.parametrize(
    "keys",
    [
        {"restart": "on-failure:3"},
        {"deploy": {"restart_policy": {"condition": "on-failure", "max_attempts": 3}}},
    ],
)
def test_counted_restarts_are_a_job(keys: dict[str, Any]) -> None:
    plan = plan_of({"web": service(**keys)})
    spec = found(plan, "Job")["web"]["spec"]
    assert spec["backoffLimit"] == 3
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    assert found(plan, "Pod") == {}


def test_every_replica_with_counted_restarts_counts_its_own() -> None:
    assert list(found(plan_of({"web": service(restart="on-failure:3", scale=2)}), "Job")) == ["web-1", "web-2"]


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"restart": "on-failure:3"}, ("restart",)),
        ({"deploy": {"restart_policy": {"condition": "on-failure", "max_attempts": 3}}}, ("deploy", "restart_policy")),
    ],
)
def test_that_counted_runs_begin_anew_is_said(keys: dict[str, Any], path: tuple[str, ...]) -> None:
    said = plan_of({"web": service(**keys)}).diagnostics
    assert [(entry.code, entry.path[2 : 2 + len(path)]) for entry in said] == [(Code.APPROXIMATED, path)]


@pytest.mark.parametrize(("storage", "said"), [(Storage.EPHEMERAL, True), (Storage.PERSISTENT, False)])
def test_persistent_volumes_are_not_said_to_begin_anew(storage: Storage, said: bool) -> None:
    plan = plan_of({"web": service(restart="on-failure:3")}, options=Options(storage=storage))
    entry = only(plan, Code.APPROXIMATED)
    assert ("new volumes" in entry.message, entry.remedy is not None) == (said, said)


def test_the_pod_of_a_job_answers_under_the_services_name() -> None:
    plan = plan_of({"web": service(restart="on-failure:3")})
    labels = found(plan, "Job")["web"]["spec"]["template"]["metadata"]["labels"]
    assert found(plan, "Service")["web"]["spec"]["selector"].items() <= labels.items()


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"deploy": {"restart_policy": {"max_attempts": 3}}}, ("deploy", "restart_policy", "max_attempts")),
        ({"restart": "always:3"}, ("restart",)),
        ({"restart": "sometimes"}, ("restart",)),
    ],
)
def test_a_restart_policy_that_docker_refuses_is_an_error(keys: dict[str, Any], path: tuple[str, ...]) -> None:
    findings = refusal_of({"web": service(**keys)})
    assert [finding.path for finding in findings] == [("services", "web", *path)]


def test_attempts_that_are_no_number_are_not_counted_and_said() -> None:
    plan = plan_of({"web": service(restart="on-failure:many")})
    assert pod_spec(plan)["restartPolicy"] == "OnFailure"
    assert only(plan, Code.INVALID_VALUE).path == ("services", "web", "restart")


def test_a_global_service_is_a_daemon_set() -> None:
    plan = plan_of({"web": service(deploy={"mode": "global"}, restart="always")})
    spec = found(plan, "DaemonSet")["web"]["spec"]
    assert spec["template"]["spec"]["restartPolicy"] == "Always"
    assert "replicas" not in spec
    assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()


def test_a_global_service_that_should_not_restart_is_noted() -> None:
    assert only(plan_of({"web": service(deploy={"mode": "global"})}), Code.APPROXIMATED).path[-1] == "mode"


def test_a_replicated_job_runs_as_often_as_it_has_replicas() -> None:
    plan = plan_of({"web": service(deploy={"mode": "replicated-job", "replicas": 3})})
    spec = found(plan, "Job")["web"]["spec"]
    assert (spec["completions"], spec["parallelism"]) == (3, 3)


def test_a_job_on_every_node_is_said_not_to_be_one() -> None:
    plan = plan_of({"web": service(deploy={"mode": "global-job"})})
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "deploy", "mode")


@pytest.mark.parametrize("mode", ["global", "global-job"])
def test_an_awaited_service_on_every_node_is_said_to_run_once(mode: str) -> None:
    services = {"web": service(deploy={"mode": mode}), "api": service(depends_on={"web": depends_on(COMPLETED)})}
    assert only(plan_of(services), Code.NO_EQUIVALENT).path == ("services", "web", "deploy", "mode")


def one_shot(**keys: Any) -> dict[str, Any]:
    return pod_spec(
        plan_of({"migrate": service(**keys), "web": service(depends_on={"migrate": depends_on(COMPLETED)})}), "migrate"
    )


def test_an_awaited_one_shot_is_ready_only_after_it_has_ended_well() -> None:
    spec = one_shot(command=["migrate"])
    assert [container["name"] for container in spec["initContainers"]] == ["migrate"]
    assert spec["initContainers"][0]["args"] == ["migrate"]
    assert spec["containers"][0]["image"] == Options().tool_image
    assert spec["restartPolicy"] == "Never"


def test_a_one_shot_runs_after_everything_that_prepares_its_pod() -> None:
    plan = plan_of(
        {
            "db": service(healthcheck=HEALTHY),
            "migrate": service(depends_on={"db": depends_on("service_healthy")}),
            "web": service(depends_on={"migrate": depends_on(COMPLETED)}),
        }
    )
    names = [container["name"] for container in pod_spec(plan, "migrate")["initContainers"]]
    assert names == ["wait-for-dependencies", "migrate"]


def test_a_one_shot_has_no_probe_because_kubernetes_refuses_it_there() -> None:
    assert "readinessProbe" not in one_shot(healthcheck=HEALTHY)["initContainers"][0]


def test_a_one_shot_called_done_keeps_its_name() -> None:
    plan = plan_of({"done": service(), "web": service(depends_on={"done": depends_on(COMPLETED)})})
    spec = pod_spec(plan, "done")
    assert spec["initContainers"][0]["name"] == "done"
    assert spec["containers"][0]["name"] != "done"


def test_a_one_shot_that_restarts_on_failure_is_repeated() -> None:
    assert one_shot(restart="on-failure")["restartPolicy"] == "OnFailure"


@pytest.mark.parametrize(
    ("given", "seconds", "expected"),
    [
        (None, 10, []),
        ("1m30s", 90, []),
        ("1900ms", 1, []),
        ("500ms", 1, [Code.APPROXIMATED]),
        ("0s", 1, [Code.APPROXIMATED]),
    ],
)
def test_the_grace_period_is_whole_seconds_rounded_down(given: str | None, seconds: int, expected: list[Code]) -> None:
    plan = plan_of({"web": service(stop_grace_period=given)})
    assert pod_spec(plan)["terminationGracePeriodSeconds"] == seconds
    assert codes(plan) == expected


@pytest.mark.parametrize(
    ("platform", "selector"),
    [
        ("linux", {"kubernetes.io/os": "linux"}),
        ("linux/arm64/v8", {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}),
    ],
)
def test_a_platform_chooses_its_nodes(platform: str, selector: dict[str, str]) -> None:
    assert pod_spec(plan_of({"web": service(platform=platform)}))["nodeSelector"] == selector


def test_a_runtime_is_a_runtime_class() -> None:
    assert pod_spec(plan_of({"web": service(runtime="gvisor")}))["runtimeClassName"] == "gvisor"


@pytest.mark.parametrize(("init", "expected"), [(True, [Code.APPROXIMATED]), (False, [])])
def test_an_init_process_is_noted_only_where_it_is_wanted(init: bool, expected: list[Code]) -> None:
    assert codes(plan_of({"web": service(init=init)})) == expected


def test_every_object_says_why_it_exists() -> None:
    plan = plan_of({"web": service(scale=2)})
    assert str(plan).splitlines() == [
        "service/web: web resolves to the pods of web [services.web]",
        "pod/web-1: runs web, one of 2 replicas [services.web]",
        "pod/web-2: runs web, one of 2 replicas [services.web]",
    ]


@pytest.mark.parametrize("workloads", list(Workloads))
def test_an_awaited_job_of_several_parts_shows_in_dns_that_each_part_has_succeeded(workloads: Workloads) -> None:
    parts = service(deploy={"mode": "replicated-job", "replicas": 2})
    services = {"parts": parts, "web": service(restart="always", depends_on={"parts": depends_on(COMPLETED)})}
    plan = plan_of(services, options=Options(workloads=workloads))
    kinds = {"Job", "Pod"}
    named = [resource for resource in plan.resources if resource.key.name.startswith("parts-")]
    pods = [resource.manifest for resource in named if resource.key.kind in kinds]
    assert [pod["metadata"]["name"] for pod in pods] == ["parts-1", "parts-2"]
    specs = [pod["spec"] if pod["kind"] == "Pod" else pod["spec"]["template"]["spec"] for pod in pods]
    assert [[container["name"] for container in spec["initContainers"]] for spec in specs] == [["parts"]] * 2
