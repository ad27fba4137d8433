"""The plan that starts what was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from hybridcompose.cluster.stopped import Stopped
from hybridcompose.engine.lifecycle import plan_of
from hybridcompose.engine.target import target
from hybridcompose.plan import Condition, Need, Resource, ResourceKey

if TYPE_CHECKING:
    from hybridcompose.cluster.api import Api


def _stopped(name: str, service: str, *, depends_on: str = "", checked: bool = False) -> Stopped:
    container: dict[str, Any] = {"name": f"run-{service}", **({"readinessProbe": {}} if checked else {})}
    metadata = {
        "name": name,
        "labels": {"hybridcompose.io/service": service},
        "annotations": {"hybridcompose.io/depends-on": depends_on},
    }
    return Stopped(Resource({"kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}, (), ""))


def test_services_start_after_what_they_depend_on_is_there_or_healthy() -> None:
    found = [
        _stopped("web-1", "web", depends_on="db,cache,gone"),
        _stopped("web-2", "web", depends_on="db,cache,gone"),
        _stopped("db", "db", checked=True),
        _stopped("cache", "cache"),
    ]
    plan = plan_of(found, target(cast("Api", None), "demo"))
    services = {service.name: service for service in plan.services}
    assert services["web"].needs == (Need("cache", Condition.STARTED), Need("db", Condition.HEALTHY))
    assert services["web"].workloads == (ResourceKey("Pod", "web-1"), ResourceKey("Pod", "web-2"))
    assert services["web"].container == "run-web"
    assert [resource.key.name for resource in plan.resources] == ["web-1", "web-2", "db", "cache"]
