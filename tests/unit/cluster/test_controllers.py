"""Deployments and their like: what a run makes of pods whose names it does not know beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.decide import Run, decide
from hybridcompose.cluster.identity import config_hash, controllers, marked
from hybridcompose.cluster.parse import CONFIG_HASH
from hybridcompose.cluster.steps import Apply
from hybridcompose.plan import Plan, PlannedService, ResourceKey
from tests.unit.cluster.worlds import NOW, pod, resource, seen, service

if TYPE_CHECKING:
    from hybridcompose.cluster.state import PodState
    from hybridcompose.plan import Resource

KEY = ResourceKey("Deployment", "web")


def deployment(image: str = "busybox") -> Resource:
    template = {"metadata": {"labels": {}}, "spec": {"containers": [{"name": "web", "image": image}]}}
    return resource("Deployment", "web", spec={"template": template})


def planned(replicas: int = 2) -> PlannedService:
    return service("web")._replace(workloads=(KEY,), replicas=replicas)


def plan(replicas: int = 2, *more: Resource) -> Plan:
    return Plan("p", None, (*more, deployment()), (), (), (planned(replicas),))


def replica(number: int, made_from: Resource | None = None) -> PodState:
    found = pod(planned(), name=f"web-abc-{number}", uid=f"uid-{number}", ready=True)
    return found._replace(config_hash=config_hash(made_from or deployment()))


def made() -> Run:
    return Run(applied={KEY: "uid"}, now=NOW)


def test_a_controllers_pods_carry_what_they_were_made_from() -> None:
    manifest = marked(deployment()).manifest
    annotations = [place["metadata"]["annotations"] for place in (manifest, manifest["spec"]["template"])]
    assert annotations == [{CONFIG_HASH: config_hash(deployment())}] * 2
    assert controllers(plan()) == {KEY: config_hash(deployment())}


def test_a_controller_is_applied_and_not_removed_first() -> None:
    (step,) = decide(plan(), seen(replica(1, deployment("old"))), Run(now=NOW)).steps
    assert isinstance(step, Apply)
    assert step.resource.key == KEY


def test_a_service_is_healthy_when_all_its_replicas_are() -> None:
    assert not decide(plan(), seen(replica(1)), made()).services["web"].healthy
    assert decide(plan(), seen(replica(1), replica(2)), made()).services["web"].healthy


def test_pods_of_an_earlier_form_do_not_count() -> None:
    view = decide(plan(1), seen(replica(1, deployment("old"))), made()).services["web"]
    assert not view.pods
    assert not view.healthy


def test_a_service_scaled_to_nothing_holds_nobody_up() -> None:
    view = decide(plan(0), seen(), made()).services["web"]
    assert view.started
    assert view.healthy


def test_what_stands_there_for_a_job_is_not_made_by_a_start() -> None:
    idle = resource("CronJob", "backup")._replace(cause=("jobs", "backup"))
    steps = decide(plan(1, idle), seen(), Run(now=NOW)).steps
    assert [step.resource.key.kind for step in steps if isinstance(step, Apply)] == ["Deployment"]
