"""The pod of several services that share a network.

Containers of one pod start together. Where one waits for another to be healthy or to have ended, the other comes
before it as an init container: one that ends, or one that stays (a sidecar, whose startup probe is its health check).
Sources: Kubernetes, "Sidecar Containers"; Compose Specification, "network_mode", "depends_on".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.plan.labels import ARTEFACTS, CONTAINERS, START_PERIODS
from hybridcompose.translate.labels import METADATA, label_value
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import Ordering
from hybridcompose.translate.ordering import COMPLETED, HEALTHY
from hybridcompose.translate.pods import MAIN_ONLY, container_of, idle_container
from hybridcompose.translate.restart import Restart, restart_of
from hybridcompose.translate.scope import PodDraft, ServiceScope
from hybridcompose.translate.shared_volumes import volume_labels
from hybridcompose.translate.workload import running

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hybridcompose.plan import Manifest, Resource
    from hybridcompose.translate.scope import ProjectScope

_Service = tuple[ServiceScope, PodDraft]
#: Pods are restarted for the service that asks for the least: one that has ended must not run again.
_POLICIES = ("Never", "OnFailure", "Always")


def shared_pod(root: ProjectScope, mates: Sequence[_Service]) -> Iterator[Resource]:
    """The pods (one for each replica of the first service) in which all these services run."""
    leader, draft = mates[0]
    for scope, _ in mates:
        _check(scope, leader)
    _check_circles(root, mates)
    _name_groups_policies([draft for _, draft in mates])
    merged = PodDraft(
        pod=dict(draft.pod),
        labels=dict(draft.labels),
        annotations=dict(draft.annotations),
        volumes=list(draft.volumes),
        init_containers=list(draft.init_containers),
    )
    for scope, other in mates[1:]:
        _join(scope, other, merged, leader)
    _add_containers(root, mates, merged)
    _keep_results(mates, merged)
    _keep_start_periods(mates, merged)
    names = {scope.kube_name: label_value(scope.name) for scope, _ in mates}
    merged.annotations[CONTAINERS] = json.dumps(names, sort_keys=True, separators=(",", ":"))
    return running(leader, merged, _restart(mates))


def _check(scope: ServiceScope, leader: ServiceScope) -> None:
    deploy = scope.service.deploy
    if deploy and deploy.mode not in (None, "", "replicated"):
        message = "services that share a network run in one Pod, which has no such mode"
        scope.report.error(Code.NO_EQUIVALENT, scope.path("deploy", "mode"), message, "remove the mode")
    if scope.service.replicas != leader.service.replicas:
        message = f"{scope.name!r} and {leader.name!r} share a network: in Kubernetes there are equally many of both"
        scope.report.error(Code.NO_EQUIVALENT, scope.path("network_mode"), message, "give both the same `scale`")


def _name_groups_policies(drafts: Sequence[PodDraft]) -> None:
    """Writes the default out where another service wants something else, so that one of them is said to be lost."""
    contexts = [draft.pod_security() for draft in drafts]
    if any("supplementalGroupsPolicy" in context for context in contexts):
        for context in contexts:
            context.setdefault("supplementalGroupsPolicy", "Merge")


def _restart(mates: Iterable[_Service]) -> Restart:
    policies = {scope.name: restart_of(scope) for scope, _ in mates}
    found = {name: "OnFailure" if given.attempts else given.policy for name, given in policies.items()}
    chosen = min(found.values(), key=_POLICIES.index)
    for scope, _ in mates:
        if found[scope.name] != chosen or policies[scope.name].attempts:
            message = f"a pod has one restart policy, here {chosen}: that of the service that is restarted least"
            scope.report.note(Code.APPROXIMATED, scope.path("restart"), message)
    return Restart(chosen)


def _join(scope: ServiceScope, draft: PodDraft, merged: PodDraft, leader: ServiceScope) -> None:
    """Adds what belongs to the pod, and gives names that are taken another one."""
    _share_volumes(scope, draft, merged)
    for stage, container in draft.init_containers:
        merged.init_containers.append((stage, {**container, "name": _named(scope, container["name"])}))
    merged.labels.update(draft.labels)
    if METADATA in draft.annotations:
        prefix, _, name = METADATA.partition("/")
        merged.annotations[f"{prefix}/{_named(scope, name)}"] = draft.annotations[METADATA]
    lost = _merge_pod(draft.pod, merged.pod)
    if lost:
        message = f"one pod has one value each of {', '.join(lost)}: that of {leader.name!r} holds"
        scope.report.warning(Code.APPROXIMATED, scope.path("network_mode"), message)


def _named(scope: ServiceScope, name: str) -> str:
    return object_name(name, scope.kube_name)


def _share_volumes(scope: ServiceScope, draft: PodDraft, merged: PodDraft) -> None:
    """The same named volume, or object, is one volume of the pod; what only has the same name is another."""
    present = {volume["name"]: volume for volume in merged.volumes}
    named = volume_labels(scope.root)
    renamed: dict[str, str] = {}
    for volume in draft.volumes:
        name = volume["name"]
        if present.get(name) == volume and ("emptyDir" not in volume or name in named):
            continue
        if name in present:
            renamed[name] = _named(scope, name)
        merged.volumes.append({**volume, "name": renamed.get(name, name)})
    if renamed:
        draft.mounts[:] = [_moved(mount, renamed) for mount in draft.mounts]
        draft.companions[:] = [_remounted(one, renamed) for one in draft.companions]
        # Pods share containers that are the same in all of them: what is changed here is a copy.
        draft.init_containers[:] = [(stage, _remounted(one, renamed)) for stage, one in draft.init_containers]


def _remounted(container: Manifest, renamed: dict[str, str]) -> Manifest:
    if "volumeMounts" not in container:
        return container
    return {**container, "volumeMounts": [_moved(mount, renamed) for mount in container["volumeMounts"]]}


def _moved(mount: Manifest, renamed: dict[str, str]) -> Manifest:
    return {**mount, "name": renamed.get(mount["name"], mount["name"])}


def _merge_pod(given: Manifest, into: Manifest) -> list[str]:
    """Merges the fields of one PodSpec into another's, which wins; returns the fields that are lost."""
    lost = []
    for field, value in given.items():
        if field == "terminationGracePeriodSeconds":
            into[field] = max(value, into.get(field, 0))
        elif isinstance(value, dict) and isinstance(into.get(field), dict):
            into[field] = dict(into[field])
            lost += [f"{field}.{inner}" for inner in _merge_pod(value, into[field])]
        elif isinstance(value, list) and isinstance(into.get(field), list):
            into[field] = list(into[field])
            lost += [f"{field}[{entry['name']}]" for entry in value if not _add(entry, into[field])]
        elif into.setdefault(field, value) != value:
            lost.append(field)
    return lost


def _add(entry: Any, entries: list[Any]) -> bool:
    """Adds an entry unless it is there; says whether it holds. What has a name can be there once."""
    if entry in entries:
        return True
    name = entry.get("name") if isinstance(entry, dict) else None
    if name is not None and any(other.get("name") == name for other in entries):
        return False
    entries.append(entry)
    return True


def _add_containers(root: ProjectScope, mates: Sequence[_Service], merged: PodDraft) -> None:
    drafts = {scope.name: (scope, draft) for scope, draft in mates}
    ordered = _in_order(drafts)
    before = _before_others(root, drafts, ordered)
    mains = []
    for name in ordered:
        container = {"name": drafts[name][0].kube_name, **container_of(*drafts[name])}
        if name not in before:
            mains.append(container)
        elif COMPLETED in before[name]:
            kept = {field: value for field, value in container.items() if field not in MAIN_ONLY}
            merged.init_containers.append((PodDraft.SELF, kept))
        else:
            merged.init_containers.append((PodDraft.SELF, {**container, "restartPolicy": "Always"}))
    merged.container, *merged.companions = mains or [idle_container(mates[0][0])]


def _keep_results(mates: Sequence[_Service], merged: PodDraft) -> None:
    """The results of each service, by its container, and what holds them when that has ended."""
    paths = {scope.kube_name: json.loads(draft.annotations.get(ARTEFACTS, "[]")) for scope, draft in mates}
    if not any(paths.values()):
        return
    kept = {name: found for name, found in paths.items() if found}
    merged.annotations[ARTEFACTS] = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    for scope, draft in mates:
        merged.companions += ({**one, "name": _named(scope, one["name"])} for one in draft.companions)


def _keep_start_periods(mates: Sequence[_Service], merged: PodDraft) -> None:
    given = (json.loads(draft.annotations.get(START_PERIODS, "{}")) for _, draft in mates)
    periods = {container: seconds for found in given for container, seconds in found.items()}
    if periods:
        merged.annotations[START_PERIODS] = json.dumps(periods, sort_keys=True)


def _needs(scope: ServiceScope, mates: dict[str, _Service]) -> dict[str, str]:
    """What a service waits for within its pod."""
    return {name: found.condition for name, found in sorted(scope.service.depends_on.items()) if name in mates}


def _in_order(mates: dict[str, _Service]) -> list[str]:
    """The services of a pod, each after those that it depends on. The loader refuses circles."""
    ordered: dict[str, None] = {}

    def add(name: str) -> None:
        if name not in ordered:
            for needed in _needs(mates[name][0], mates):
                add(needed)
            ordered[name] = None

    for name in mates:
        add(name)
    return list(ordered)


def _before_others(root: ProjectScope, mates: dict[str, _Service], ordered: list[str]) -> dict[str, frozenset[str]]:
    """The services that must come before the pod's main containers, and what others wait for them to be."""
    awaited: dict[str, set[str]] = {}
    for name in mates:
        for needed, condition in _needs(mates[name][0], mates).items():
            if condition in (HEALTHY, COMPLETED):
                awaited.setdefault(needed, set()).add(condition)
        # A pod is ready for those who wait outside when this one has ended with 0.
        if root.options.ordering is Ordering.INIT and COMPLETED in root.awaited.get(name, ()):
            awaited.setdefault(name, set()).add(COMPLETED)
    for name in reversed(ordered):
        if name in awaited:
            for needed in _needs(mates[name][0], mates):
                awaited.setdefault(needed, set())
    return {name: frozenset(found) for name, found in awaited.items()}


def _check_circles(root: ProjectScope, mates: Sequence[_Service]) -> None:
    """A pod starts as a whole: nothing that one of its services waits for may wait for another of them."""
    own = mates[0][0].name
    for scope, _ in mates:
        left = [name for name in scope.service.depends_on if name in root.project.services]
        left = [name for name in left if root.pod_of(name) != own]
        seen = set(left)
        while left:
            service = root.project.services[left.pop()]
            for name in service.depends_on:
                if name not in root.project.services or name in seen:
                    continue
                if root.pod_of(name) == own:
                    message = f"{scope.name!r} starts in the pod of {own!r}, and waits for what waits for {name!r}"
                    remedy = "let the services reach each other by name instead of sharing a network"
                    scope.report.error(Code.NO_EQUIVALENT, scope.path("network_mode"), message, remedy)
                    return
                seen.add(name)
                left.append(name)
