from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code
from tests.unit.translate.support import only, plan_of, pod_spec, refusal_of, service

PLACEMENT = ("services", "web", "deploy", "placement")


def pod(**placement: Any) -> dict[str, Any]:
    return pod_spec(plan_of({"web": service(deploy={"placement": placement})}))


def terms(*constraints: str) -> list[dict[str, Any]]:
    affinity = pod(constraints=list(constraints))["affinity"]["nodeAffinity"]
    (selector,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    found: list[dict[str, Any]] = selector["matchExpressions"]
    return found


@pytest.mark.parametrize(
    ("constraint", "term"),
    [
        ("node.labels.disk == ssd", {"key": "disk", "operator": "In", "values": ["ssd"]}),
        ("node.labels.disk!=ssd", {"key": "disk", "operator": "NotIn", "values": ["ssd"]}),
        ("node.hostname == n1", {"key": "kubernetes.io/hostname", "operator": "In", "values": ["n1"]}),
        ("node.platform.os == linux", {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}),
        ("node.platform.arch == x86_64", {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}),
        ("node.role != manager", {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}),
        ("node.role == worker", {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}),
    ],
)
def test_a_constraint_is_a_label_that_the_node_must_have(constraint: str, term: dict[str, Any]) -> None:
    assert terms(constraint) == [term]


def test_all_constraints_hold_together() -> None:
    assert [term["key"] for term in terms("node.labels.a == 1", "node.labels.b == 2")] == ["a", "b"]


def test_a_pod_for_managers_also_tolerates_their_taint() -> None:
    found = pod(constraints=["node.role == manager"])
    assert found["tolerations"][0]["key"] == "node-role.kubernetes.io/control-plane"


@pytest.mark.parametrize("constraint", ["node.id == abc", "engine.labels.x == y", "node.labels.a/b/c == d"])
def test_a_constraint_that_no_label_says_is_left_out_and_told(constraint: str) -> None:
    plan = plan_of({"web": service(deploy={"placement": {"constraints": [constraint]}})})
    assert only(plan, Code.NO_EQUIVALENT).path == (*PLACEMENT, "constraints", 0)
    assert "affinity" not in pod_spec(plan)


def test_what_is_no_constraint_is_refused_where_it_stands() -> None:
    findings = refusal_of({"web": service(deploy={"placement": {"constraints": ["disk = ssd"]}})})
    assert [finding.path for finding in findings] == [(*PLACEMENT, "constraints", 0)]


def test_pods_are_spread_over_the_values_of_a_label() -> None:
    (constraint,) = pod(preferences=[{"spread": "node.labels.zone"}])["topologySpreadConstraints"]
    assert (constraint["topologyKey"], constraint["whenUnsatisfiable"]) == ("zone", "ScheduleAnyway")


def test_one_replica_for_each_node_keeps_pods_apart() -> None:
    affinity = pod(max_replicas_per_node=1)["affinity"]["podAntiAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["topologyKey"] == "kubernetes.io/hostname"
    assert term["labelSelector"]["matchLabels"]["hybridcompose.io/service"] == "web"


def test_several_replicas_for_each_node_are_said_to_be_a_difference() -> None:
    plan = plan_of({"web": service(deploy={"placement": {"max_replicas_per_node": 2}})})
    assert only(plan, Code.APPROXIMATED).path == (*PLACEMENT, "max_replicas_per_node")
    (constraint,) = pod_spec(plan)["topologySpreadConstraints"]
    assert (constraint["maxSkew"], constraint["whenUnsatisfiable"]) == (2, "DoNotSchedule")
