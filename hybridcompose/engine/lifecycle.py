"""``stop``, ``start``, ``restart`` and ``kill``: services of a project that is there already, found by their labels."""

from __future__ import annotations

import time
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from hybridcompose.cluster import execute, stopped
from hybridcompose.cluster.decide import Builds, Run
from hybridcompose.cluster.observe import Observer, look
from hybridcompose.cluster.refusals import refused
from hybridcompose.cluster.state import Phase, PodState
from hybridcompose.cluster.stopped import Stopped
from hybridcompose.cluster.stopping import waves
from hybridcompose.cluster.streams.exec import STALL_SECONDS, Program
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.diagnostics import Code, Diagnostic, Severity, TimedOutError
from hybridcompose.engine import ends
from hybridcompose.engine.loop import carry_out
from hybridcompose.engine.progress import REMOVED, STOPPING, Status, tell_services
from hybridcompose.engine.target import GONE_SECONDS, existing, wait_until
from hybridcompose.engine.wait import not_running
from hybridcompose.plan import Condition, KubeName, Need, Plan, PlannedService
from hybridcompose.plan.labels import SERVICE, STOPPED
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from hybridcompose.cluster.state import Observed
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Resource

#: What pods do not keep, and Docker's containers do.
GONE = "gone with the pods: logs, and files outside of persistent volumes, which docker compose keeps for start"
#: What a signal does to a service that its restart policy starts again.
STARTED_AGAIN = "if that ends it the kubelet starts it again, which docker compose does not: stop ends it for good"
#: The signal that nothing inside a container can send to its first process.
_KILL = ("KILL", "9")


def stop(target: Target, services: Collection[str], console: Console, *, grace: int | None = None) -> list[str]:
    """Stops the services, all where none is named: who depends on others before them. ``start`` starts them again.

    Volumes that live in a pod alone go with it. ``grace`` is the time to stop in seconds (default: each service's
    own). Returns the labels of what was stopped. Raises ``ClusterError``, ``TimedOutError``.
    """
    existing(target)
    with Observer(target.api, target.namespace, target.selector) as observer:
        _, seen = observer.wait(-1, 0)
        groups = _groups(seen, {label_value(name) for name in services})
        for labels in groups:
            tell_services(console, labels, STOPPING, Status.WORKING)
            _stop(target, labels, observer, grace)
            tell_services(console, labels, "stopped")
    if groups:
        console.note(GONE)
    return list(chain.from_iterable(groups))


def remove(target: Target, labels: Collection[str], console: Console, *, grace: int | None = None) -> None:
    """Stops the services of these labels for good, in the same order. Raises as ``stop``."""
    if not labels:
        return
    for group in _groups(look(target.api, target.namespace, target.selector, jobs=True), labels):
        tell_services(console, group, STOPPING, Status.WORKING)
        _delete(target, group, grace)
        complaint = f"{', '.join(group)} of {target.project} are still stopping"
        wait_until(partial(_is_gone, target, _selector(target, group)), complaint, GONE_SECONDS + (grace or 0))
        tell_services(console, group, REMOVED)
    forget(target, labels)


def _is_gone(target: Target, selector: str) -> bool:
    return not execute.names(target.api, target.namespace, "Pod", selector)


def _groups(seen: Observed, wanted: Collection[str]) -> list[list[str]]:
    """The labels of what runs, of these services or of all, in the groups in which they stop."""
    hosts = _hosts(seen, wanted) if wanted else {pod.service for pod in seen.pods.values()}
    return [labels for wave in waves(seen) if (labels := sorted(hosts.intersection(wave)))]


def _hosts(seen: Observed, wanted: Collection[str]) -> set[str]:
    """The labels of the pods that run these services: one pod may run several."""
    pods = (pod for pod in seen.pods.values() if pod.service)
    return {pod.service for pod in pods if not {pod.service, *(part.service for part in pod.parts)}.isdisjoint(wanted)}


def _stop(target: Target, labels: Sequence[str], observer: Observer, grace: int | None) -> None:
    """Remembers the workloads of a group before anything of them goes; when they are gone, how they ended."""
    found = [Stopped(stopped.manifest_of(resource.manifest)) for resource in _workloads(target, labels)]
    _remember(target, found)
    last = _take_away(target, labels, observer, grace)
    _remember(target, [one._replace(containers=tuple(pod for pod in last if _made(one, pod))) for one in found])


def _workloads(target: Target, labels: Iterable[str]) -> list[Resource]:
    return [resource for resource, _ in execute.workloads(target.api, target.namespace, _selector(target, labels))]


def _take_away(target: Target, labels: Sequence[str], observer: Observer, grace: int | None) -> list[PodState]:
    """Removes the workloads of a group; how their pods were last seen, once all are gone."""
    _, before = observer.wait(-1, 0)  # without grace a pod may be gone before it is seen again
    _delete(target, labels, grace)
    return list(_last_states(observer, before, labels, GONE_SECONDS + (grace or 0)))


def _delete(target: Target, labels: Sequence[str], grace: int | None) -> None:
    makers = [one.key for one in _workloads(target, labels) if one.key.kind != "Pod"]
    execute.together(lambda key: execute.remove(target.api, target.namespace, key), makers)
    execute.remove_all(target.api, target.namespace, "Pod", _selector(target, labels), grace)


def _selector(target: Target, labels: Iterable[str]) -> str:
    return f"{target.selector},{SERVICE} in ({','.join(sorted(labels))})"


def _made(one: Stopped, pod: PodState) -> bool:
    """Whether the pod is the workload, or one that it has made."""
    kind, name = one.resource.key
    if kind == "Pod":
        return pod.name == name
    return pod.labels.get(SERVICE) == one.service and pod.name.startswith(f"{name}-")


def _remember(target: Target, found: Iterable[Stopped]) -> None:
    for _, outcome in execute.apply_all(target.api, target.namespace, map(stopped.record, found), target.owner):
        if isinstance(outcome, Exception):
            raise outcome


def _last_states(observer: Observer, before: Observed, labels: Collection[str], seconds: float) -> Iterator[PodState]:
    """How each pod of these services was last seen, once all are gone. Raises ``TimedOutError``."""
    end, version = time.monotonic() + seconds, -1
    last = {pod.key: pod for pod in _of(before, labels)}
    while True:
        version, seen = observer.wait(version, 1)
        here = _of(seen, labels)
        last.update((pod.key, pod) for pod in here)
        if not here:
            yield from last.values()
            return
        if time.monotonic() > end:
            message = f"still stopping after {seconds:.0f} s: {', '.join(sorted(pod.name for pod in here))}"
            raise TimedOutError([Diagnostic(Code.TIMED_OUT, Severity.ERROR, message)])


def _of(seen: Observed, labels: Collection[str]) -> list[PodState]:
    return [pod for pod in seen.of_services() if pod.labels.get(SERVICE) in labels]


def start(
    target: Target,
    services: Collection[str],
    console: Console,
    *,
    healthy: bool = False,
    seconds: float | None = None,
) -> None:
    """Starts what was stopped, dependencies first; nothing happens to what runs.

    Returns once everything has started, with ``healthy`` once it is healthy.
    Raises ``ClusterError`` where a service was never there, ``ServiceError``, ``TimedOutError`` after ``seconds``.
    """
    existing(target)
    found = _remembered(target, services)
    if not found:
        return
    plan = plan_of(found, target)
    end = ends.ready if healthy else ends.started
    carry_out(target, plan, Run(builds=Builds.NONE), end, console, seconds=seconds)
    forget(target, {one.service for one in found})


def _remembered(target: Target, services: Collection[str]) -> list[Stopped]:
    """What is stopped of the services, with their dependencies."""
    every = stopped.recorded(target.api, target.namespace, target.selector)
    if not services:
        return every
    by_label: dict[str, list[Stopped]] = {}
    for one in every:
        for label in one.services:
            by_label.setdefault(label, []).append(one)
    running = {pod.service for pod in look(target.api, target.namespace, target.selector).of_services()}
    wanted, found = [label_value(name) for name in services], dict[str, Stopped]()
    for name, label in zip(services, tuple(wanted), strict=True):
        if label not in by_label and label not in running:
            raise not_running(name, target)
    while wanted:
        for one in by_label.pop(wanted.pop(), ()):
            found[str(one.resource.key)] = one
            wanted += one.depends_on
    return list(found.values())


def plan_of(found: Iterable[Stopped], target: Target) -> Plan:
    """The plan that starts it: each service after what it depends on."""
    groups: dict[str, list[Stopped]] = {}
    for one in found:
        groups.setdefault(one.service, []).append(one)
    services = tuple(_planned(label, group, groups) for label, group in sorted(groups.items()))
    resources = tuple(one.resource for group in groups.values() for one in group)
    return Plan(target.project, target.namespace, resources, services=services)


def _planned(label: str, group: Sequence[Stopped], every: Mapping[str, Sequence[Stopped]]) -> PlannedService:
    awaited = sorted({other for one in group for other in one.depends_on if other in every})
    needs = tuple(Need(other, Condition.HEALTHY if every[other][0].checked else Condition.STARTED) for other in awaited)
    workloads = tuple(one.resource.key for one in group)
    return PlannedService(label, label, KubeName(group[0].container), workloads, needs, replicas=group[0].replicas)


def forget(target: Target, labels: Iterable[str]) -> None:
    """What runs again is not to be started again."""
    execute.remove_all(target.api, target.namespace, "ConfigMap", f"{_selector(target, labels)},{STOPPED}")


def restart(
    target: Target, services: Collection[str], console: Console, *, grace: int | None = None, healthy: bool = False
) -> None:
    """Stops the services and starts them again. Raises as these do."""
    for name in services:
        _check_runs(target, name)
    start(target, stop(target, services, console, grace=grace), console, healthy=healthy)


def kill(target: Target, services: Collection[str], signal: str, console: Console) -> None:
    """Sends a signal to the first process of each container, by the shell of its image; ``KILL`` ends its pod.

    Raises ``ClusterError`` where a service has no container, or a container no shell.
    """
    existing(target)
    for name in services:
        _check_runs(target, name)
    if signal.removeprefix("SIG") in _KILL:
        stop(target, services, console, grace=0)
        return
    wanted = {label_value(name) for name in services}
    for pod in look(target.api, target.namespace, target.selector).of_services():
        if pod.main is not None and pod.main.phase is Phase.RUNNING and (not wanted or pod.service in wanted):
            _signal(target, pod, pod.main.name, signal.removeprefix("SIG"))
            again = "" if pod.restart_policy == "Never" else f"; {STARTED_AGAIN}"
            console.note(f"{pod.name}: {signal} sent{again}")


def _signal(target: Target, pod: PodState, container: str, signal: str) -> None:
    command = ("/bin/sh", "-c", 'kill -s "$0" 1', signal)
    with Program(target.api, Source(target.namespace, pod.name, container), command) as program:
        code = program.wait(STALL_SECONDS)
    if code:
        told = program.output.strip() or f"its kill ended with code {code}"
        raise refused(f"{pod.name} cannot be sent {signal}: {told}", "stop ends it with the image's own signal")


def _check_runs(target: Target, service: str) -> None:
    if not look(target.api, target.namespace, target.selector).pods_of(label_value(service)):
        raise not_running(service, target)
