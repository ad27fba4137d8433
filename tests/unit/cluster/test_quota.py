"""What objects take of a namespace's quota."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hybridcompose.cluster.quota import Short, needs, pod_needs, short


def _container(cpu: str, memory: str = "64Mi", **more: Any) -> dict[str, Any]:
    return {"name": "c", "resources": {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": cpu}}, **more}


def _pod(*containers: dict[str, Any], first: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers, "initContainers": first}}


def _quota(hard: dict[str, str], used: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "q"}, "spec": {"hard": hard, **spec}, "status": {"hard": hard, "used": used or {}}}


def test_containers_add_up_and_init_containers_run_before_them() -> None:
    found = pod_needs(_pod(_container("100m"), _container("0.2"), first=(_container("250m", "1Gi"),))["spec"])
    assert found == {
        "requests.cpu": Decimal("0.3"),
        "limits.cpu": Decimal("0.3"),
        "requests.memory": Decimal(1 << 30),
    }


def test_an_init_container_that_stays_runs_beside_them() -> None:
    staying = _container("250m", restartPolicy="Always")
    assert pod_needs(_pod(_container("100m"), first=(staying,))["spec"])["requests.cpu"] == Decimal("0.35")


def test_everything_is_counted_under_every_name_that_a_quota_knows() -> None:
    claim = {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "d"},
        "spec": {"resources": {"requests": {"storage": "1Gi"}}},
    }
    job = {"kind": "Job", "metadata": {"name": "j"}}
    found = needs([_pod(_container("1")), claim, job])
    assert [found[name] for name in ("pods", "count/pods", "cpu", "requests.cpu", "count/jobs.batch")] == [1] * 5
    assert found["requests.storage"] == 1 << 30


def test_what_is_left_must_be_enough_for_all_together() -> None:
    pods = [_pod(_container("400m")), _pod(_container("400m"))]
    assert short([_quota({"requests.cpu": "1", "pods": "3"}, {"pods": "1"})], pods) == []
    assert short([_quota({"requests.cpu": "1", "pods": "2"}, {"pods": "1", "requests.cpu": "500m"})], pods) == [
        Short("q", "pods", "2", "1"),
        Short("q", "requests.cpu", "0.800", "0.500"),
    ]


def test_a_quota_for_some_pods_alone_is_not_held_against_all() -> None:
    assert short([_quota({"pods": "0"}, scopes=["BestEffort"])], [_pod(_container("1"))]) == []
