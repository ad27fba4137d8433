"""What a run would do, if everything that it starts went well. Pure: the decisions are those of the run itself."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import parse
from hybridcompose.cluster.decide import decide
from hybridcompose.cluster.identity import CONTROLLERS, marked
from hybridcompose.cluster.state import JobState, Observed, Phase
from hybridcompose.cluster.steps import Adopt, Apply, Remove, Send, Touch
from hybridcompose.plan import Condition
from hybridcompose.plan.labels import CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hybridcompose.cluster.decide import Failure, Run
    from hybridcompose.cluster.state import PodState
    from hybridcompose.cluster.steps import Step
    from hybridcompose.plan import Plan, PlannedService, Resource, ResourceKey


class Action(StrEnum):
    """What happens to an object."""

    MAKE = "made"
    REPLACE = "replaced"
    REMOVE = "removed"
    KEEP = "kept"
    CHANGE = "changed"


class Change(NamedTuple):
    """One object of a forecast. ``resource`` is what would be applied, ``after`` what must hold before, in words.

    Of what is there already and not a pod or Job, only a comparison tells whether it changes: until then, it does.
    """

    action: Action
    key: ResourceKey
    resource: Resource | None = None
    after: tuple[str, ...] = ()


class Forecast(NamedTuple):
    """``failure`` is what would end the run, as far as that can be seen before it."""

    changes: tuple[Change, ...]
    failure: Failure | None = None


_HOLDS = {
    Condition.STARTED: "has started",
    Condition.HEALTHY: "is healthy",
    Condition.COMPLETED: "has ended with 0",
}
#: When what does not run yet begins to.
_BEGUN = "1970-01-01T00:00:01Z"


def forecast(plan: Plan, seen: Observed, run: Run, removed: Iterable[ResourceKey] = ()) -> Forecast:
    """Takes the steps of the run in thought, one decision after the other, until none is left.

    ``removed`` is what goes before the run begins, whether the plan makes it again or not.
    """
    world = _World(plan, seen)
    planned = plan.by_key()
    changes = []
    for key in removed:
        world.take_away(key)
        if key not in planned:
            changes.append(Change(Action.REMOVE, key))
    while True:
        decision = decide(plan, world.seen, run)
        if decision.failure is not None or not decision.steps:
            return Forecast(tuple(changes), decision.failure)
        applied, touched, sent = dict(run.applied), set(run.touched), set(run.sent)
        for step in decision.steps:
            changes.extend(world.take(step, applied))
            if isinstance(step, Touch):
                touched.add(step.pod.uid)
            if isinstance(step, Send):
                sent.add(step.pod.uid)
        run = run._replace(applied=applied, touched=frozenset(touched), sent=frozenset(sent))


class _World:
    """What would be seen: everything that was started is as its service wants to be."""

    def __init__(self, plan: Plan, seen: Observed) -> None:
        self._services = {key: service for service in plan.services for key in service.workloads}
        self._built = {image.reference: image for image in plan.images}
        needs = [need for service in plan.services for need in service.needs]
        awaited = {need.service for need in needs if need.condition is Condition.COMPLETED}
        self._ending = frozenset(service.label for service in plan.services if service.name in awaited)
        self._pods, self._jobs = dict(seen.pods), dict(seen.jobs)
        self._removed: set[ResourceKey] = set()

    @property
    def seen(self) -> Observed:
        return Observed(dict(self._pods), dict(self._jobs))

    def take(self, step: Step, applied: dict[ResourceKey, str]) -> Iterator[Change]:
        match step:
            case Remove(key, _):
                self.take_away(key)
            case Adopt(key, uid):
                applied[key] = uid
                self._settle(key)
                yield Change(Action.KEEP, key)
            case Apply(resource):
                applied[resource.key] = self._make(resource)
                action = Action.REPLACE if resource.key in self._removed else Action.MAKE
                yield Change(action, resource.key, resource, tuple(self._after(resource.key)))

    def take_away(self, key: ResourceKey) -> None:
        self._removed.add(key)
        if key.kind == "Pod":
            self._pods.pop(key.name, None)
        else:
            self._jobs.pop(key.name, None)
            self._pods = {name: pod for name, pod in self._pods.items() if pod.job != key.name}

    def _settle(self, key: ResourceKey) -> None:
        """What is there will be as it should, whatever it waits for now."""
        if key.kind == "Job" and not self._jobs[key.name].complete:
            self._pods = {name: pod for name, pod in self._pods.items() if pod.job != key.name}
            self._jobs[key.name] = self._jobs[key.name]._replace(complete=True)
        elif key.kind == "Pod":
            self._pods[key.name] = self._well(self._pods[key.name])

    def _well(self, pod: PodState) -> PodState:
        parts = tuple(map(self._well, pod.parts))
        if pod.service not in self._ending:
            return pod._replace(ready=True, parts=parts)
        containers = (one if one.init else one._replace(phase=Phase.TERMINATED, exit_code=0) for one in pod.containers)
        return pod._replace(phase="Succeeded", ready=False, containers=tuple(containers), parts=parts)

    def _make(self, resource: Resource) -> str:
        key = resource.key
        uid = f"new {key}"
        service = self._services.get(key)
        if key.kind == "Job":
            self._jobs[key.name] = JobState(key.name, uid, service.label if service else "", complete=True)
        for pod in _pods_of(resource, service, uid, self._ending) if service else ():
            self._pods[pod.name] = pod
        return uid

    def _after(self, key: ResourceKey) -> Iterator[str]:
        service = self._services.get(key)
        if service is None:
            return
        yield from (f"the image of {self._built[name].service} is built" for name in service.images)
        yield from (f"{need.service} {_HOLDS[need.condition]}" for need in service.needs)


def _pods_of(resource: Resource, service: PlannedService, uid: str, ending: frozenset[str]) -> Iterator[PodState]:
    """The pods of a workload, each as its services want it to be."""
    key, manifest = resource.key, resource.manifest
    if key.kind == "Pod":
        yield _of(service, parse.pod(_running(manifest, key.name, uid, ending, service.label)))
        return
    template = (marked(resource) if key.kind in CONTROLLERS else resource).manifest["spec"]["template"]
    for number in range(1 if service.replicas is None else service.replicas):
        pod = parse.pod(_running(template, f"{key.name}-{number}", f"{uid} {number}", ending, service.label))
        yield _of(service, pod._replace(job=key.name if key.kind == "Job" else ""))


def _of(service: PlannedService, pod: PodState) -> PodState:
    return pod if pod.parts else pod._replace(service=service.label)


def _running(manifest: Mapping[str, Any], name: str, uid: str, ending: frozenset[str], own: str) -> dict[str, Any]:
    """The pod's JSON, as the API server would give it once everything is well."""
    metadata, spec = manifest["metadata"], manifest["spec"]
    services = json.loads((metadata.get("annotations") or {}).get(CONTAINERS, "{}"))
    main = [container["name"] for container in spec["containers"]]
    ended = {name: services.get(name, own) in ending for name in (*main, *services)}
    states = {
        name: {"terminated": {"exitCode": 0, "finishedAt": _BEGUN}} if over else {"running": {"startedAt": _BEGUN}}
        for name, over in ended.items()
    }
    statuses = [{"name": name, "state": state, "ready": not ended[name]} for name, state in states.items()]
    over = all(ended[name] for name in main)
    status = {
        "phase": "Succeeded" if over else "Running",
        "conditions": [{"type": "Ready", "status": "False" if over else "True"}],
        "containerStatuses": statuses,
        "initContainerStatuses": statuses,
    }
    return {"metadata": {**metadata, "name": name, "uid": uid}, "spec": spec, "status": status}
