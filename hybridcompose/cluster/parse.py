"""The API server's JSON as values."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hybridcompose.cluster.state import ContainerState, EventState, JobState, Phase, PodState
from hybridcompose.plan import Health
from hybridcompose.plan.labels import CONTAINERS, SERVICE, START_PERIODS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: On every workload that is applied: what it was made from.
CONFIG_HASH = "hybridcompose.io/config-hash"
#: Beside it: the service labels of what the workload's service depends on, with commas between.
DEPENDS_ON = "hybridcompose.io/depends-on"
_JOB_NAME = "batch.kubernetes.io/job-name"
#: How an event says which container of a pod it is about.
_CONTAINER = re.compile(r"spec\.(?:initContainers|containers)\{(.*)\}")


def pod(body: Mapping[str, Any]) -> PodState:
    whole = _whole(body)
    annotations = body["metadata"].get("annotations") or {}
    services = annotations.get(CONTAINERS)
    if not services:
        return whole
    found = _parts(whole, body["spec"], json.loads(services), _start_periods(annotations))
    return whole._replace(parts=tuple(found))


def _start_periods(annotations: Mapping[str, str]) -> Mapping[str, float]:
    found: dict[str, float] = json.loads(annotations.get(START_PERIODS, "{}"))
    return found


def _health(container: Mapping[str, Any], start_periods: Mapping[str, float]) -> Health | None:
    """The times of the readiness probe; the API server has filled in what was not said."""
    probe = container.get("readinessProbe")
    if probe is None:
        return None
    return Health(
        start_period=start_periods.get(container["name"], 0.0),
        interval=probe.get("periodSeconds", 10),
        timeout=probe.get("timeoutSeconds", 1),
        retries=probe.get("failureThreshold", 3),
    )


def _parts(
    whole: PodState, spec: Mapping[str, Any], services: Mapping[str, str], start_periods: Mapping[str, float]
) -> Iterator[PodState]:
    """The pod as each of its services sees it."""
    specs = {container["name"]: container for container in (*spec.get("initContainers", ()), *spec["containers"])}
    states = {container.name: container for container in whole.containers}
    around = tuple(container for container in whole.containers if container.init and container.name not in services)
    for name, service in sorted(services.items()):
        if name in specs:
            own = states[name]._replace(init=False)
            ended = not whole.finished and own.is_over(whole.restart_policy)
            phase = ("Failed" if own.exit_code else "Succeeded") if ended or (whole.finished and own.ended) else None
            yield whole._replace(
                phase=phase or whole.phase,
                containers=(*around, own),
                service=service,
                ready=own.ready and not ended,
                health=_health(specs[name], start_periods),
                command=_command(specs[name]),
                ports=_ports(specs[name]),
                container=name,
                alive=ended,
            )


def _whole(body: Mapping[str, Any]) -> PodState:
    metadata, spec, status = body["metadata"], body["spec"], body.get("status", {})
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    conditions = {condition["type"]: condition for condition in status.get("conditions") or ()}
    scheduled = conditions.get("PodScheduled", {})
    waits_for_node = scheduled.get("status") == "False"
    disruption = conditions.get("DisruptionTarget", {})
    ready = conditions.get("Ready", {})
    main = spec["containers"][0]
    return PodState(
        name=metadata["name"],
        uid=metadata["uid"],
        phase=status.get("phase", "Pending"),
        containers=tuple(_containers(spec, status)),
        service=labels.get(SERVICE, ""),
        job=labels.get(_JOB_NAME, ""),
        ready=ready.get("status") == "True",
        unready_since=seconds(ready.get("lastTransitionTime")) if ready.get("status") == "False" else 0.0,
        health=_health(main, _start_periods(annotations)),
        unschedulable=scheduled.get("message", scheduled.get("reason", "")) if waits_for_node else "",
        unschedulable_since=seconds(scheduled.get("lastTransitionTime")) if waits_for_node else 0.0,
        disrupted=_because(disruption) if disruption.get("status") == "True" else "",
        unmet=tuple(_unmet(conditions)),
        deleting="deletionTimestamp" in metadata,
        created=seconds(metadata.get("creationTimestamp")),
        restart_policy=spec.get("restartPolicy", "Always"),
        config_hash=annotations.get(CONFIG_HASH, ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        command=_command(main),
        ports=_ports(main),
        labels=labels,
        depends_on=dependencies(metadata),
        node=spec.get("nodeName", ""),
        address=status.get("podIP", ""),
    )


def _because(condition: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (condition.get("reason", ""), " ".join(condition.get("message", "").split()))))


def _unmet(conditions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, condition in conditions.items():
        if condition.get("status") == "False":
            reason = _because(condition)
            yield f"{name}: {reason}" if reason else name


def dependencies(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of the services that a workload's service depends on."""
    return tuple(filter(None, (metadata.get("annotations") or {}).get(DEPENDS_ON, "").split(",")))


def _command(container: Mapping[str, Any]) -> tuple[str, ...]:
    return (*container.get("command", ()), *container.get("args", ()))


def _ports(container: Mapping[str, Any]) -> tuple[str, ...]:
    ports = container.get("ports", ())
    return tuple(f"{port['containerPort']}/{port.get('protocol', 'TCP').lower()}" for port in ports)


def _containers(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Iterator[ContainerState]:
    for field, init in (("initContainers", True), ("containers", False)):
        statuses = {entry["name"]: entry for entry in status.get(field[:-1] + "Statuses") or ()}
        for container in spec.get(field) or ():
            known = statuses.get(container["name"])
            stays = init and container.get("restartPolicy") == "Always"
            empty = ContainerState(container["name"], container.get("image", ""), init=init, stays=stays)
            yield empty if known is None else _told(empty, known)


def _told(container: ContainerState, status: Mapping[str, Any]) -> ContainerState:
    state = status.get("state") or {}
    phase = next((phase for phase in Phase if phase.value in state), Phase.WAITING)
    details = state.get(phase.value) or {}
    since = details.get("startedAt" if phase is Phase.RUNNING else "finishedAt")
    before = (status.get("lastState") or {}).get("terminated") or {}
    return container._replace(
        phase=phase,
        reason=details.get("reason", ""),
        message=details.get("message", ""),
        exit_code=details.get("exitCode"),
        since=seconds(since),
        restarts=status.get("restartCount", 0),
        last_exit_code=before.get("exitCode"),
        last_end=seconds(before.get("finishedAt")),
        ready=status.get("ready", False),
        image_id=status.get("imageID", ""),
    )


def job(body: Mapping[str, Any]) -> JobState:
    metadata, status = body["metadata"], body.get("status", {})
    conditions = {entry["type"]: entry for entry in status.get("conditions") or () if entry["status"] == "True"}
    failed = conditions.get("Failed")
    failing = failed or conditions.get("FailureTarget")
    return JobState(
        name=metadata["name"],
        uid=metadata["uid"],
        service=(metadata.get("labels") or {}).get(SERVICE, ""),
        complete="Complete" in conditions,
        failed=_reason(failed),
        failing=_reason(failing),
        deleting="deletionTimestamp" in metadata,
        config_hash=(metadata.get("annotations") or {}).get(CONFIG_HASH, ""),
        depends_on=dependencies(metadata),
    )


def _reason(condition: Mapping[str, Any] | None) -> str:
    if condition is None:
        return ""
    return ": ".join(filter(None, [condition.get("reason"), condition.get("message")])) or "failed"


def event(body: Mapping[str, Any]) -> EventState:
    subject = body.get("involvedObject", {})
    series = body.get("series") or {}
    last = series.get("lastObservedTime") or body.get("lastTimestamp") or body.get("eventTime")
    return EventState(
        subject=subject.get("uid", ""),
        name=subject.get("name", ""),
        reason=body.get("reason", ""),
        message=" ".join(body.get("message", "").split()),
        warning=body.get("type") == "Warning",
        times=series.get("count") or body.get("count") or 1,
        last=seconds(last or body["metadata"].get("creationTimestamp")),
        uid=body["metadata"]["uid"],
        kind=subject.get("kind", ""),
        container=_CONTAINER.sub(r"\1", subject.get("fieldPath", "")),
    )


def seconds(text: str | None) -> float:
    """An RFC 3339 time as seconds since 1970; 0 where there is none."""
    return datetime.fromisoformat(text).timestamp() if text else 0.0
