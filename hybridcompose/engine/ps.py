"""``ps``: the containers of a project, in the columns of Docker Compose."""

from __future__ import annotations

import json
import shlex
import time
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from hybridcompose.cluster.health import running_for, seconds_given
from hybridcompose.cluster.observe import checked, look
from hybridcompose.cluster.state import ContainerState, Phase
from hybridcompose.cluster.stopped import recorded
from hybridcompose.engine.logs import container_names
from hybridcompose.engine.projects import state
from hybridcompose.engine.tables import aligned
from hybridcompose.engine.target import existing
from hybridcompose.engine.wait import not_running
from hybridcompose.plan.labels import ONE_OFF
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from hybridcompose.cluster.state import PodState
    from hybridcompose.engine.target import Target

HEAD = ("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS")
_COMMAND = 20
_STARTING = "starting"
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def entries(
    target: Target, *, every: bool, services: Collection[str] = (), whole: bool = False
) -> list[dict[str, Any]]:
    """One mapping for each container; only those that run unless ``every`` is set: ended and stopped ones, too.

    ``services`` are those whose containers are listed; none: all. Raises ``ClusterError`` for one without containers.
    A project that is not there has none.
    """
    if services:
        existing(target)
    elif target.find() is None:
        return []
    seen = look(target.api, target.namespace, target.selector)
    pods = list(checked(target.api, target.namespace, seen).of_services())
    if every:
        there = {pod.key for pod in pods}
        ended = chain.from_iterable(one.containers for one in recorded(target.api, target.namespace, target.selector))
        pods += [pod for pod in ended if pod.key not in there]
    names = container_names(pods)
    wanted = {label_value(name): name for name in services}
    for label in sorted(wanted.keys() - {pod.service for pod in pods}):
        raise not_running(wanted[label], target)
    shown = [pod for pod in pods if (every or not pod.over) and (not wanted or pod.service in wanted)]
    found = sorted(shown, key=lambda pod: names[pod.key])
    return [_entry(pod, names[pod.key], target, time.time(), whole=whole) for pod in found]


def _entry(pod: PodState, name: str, target: Target, now: float, *, whole: bool) -> dict[str, Any]:
    main = pod.main
    command = shlex.join(pod.command)
    return {
        "Command": f'"{command if whole or len(command) <= _COMMAND else command[: _COMMAND - 1] + "…"}"',
        "CreatedAt": f"{datetime.fromtimestamp(pod.created, UTC):%Y-%m-%d %H:%M:%S} +0000 UTC",
        "Engine": "",
        "ExitCode": pod.exit_code or 0,
        "Health": health(pod, now),
        "ID": pod.uid,
        "Image": main.image if main else "",
        "Labels": ",".join(f"{key}={value}" for key, value in sorted(pod.labels.items())),
        "Name": f"{target.project}-{name}",
        "Names": f"{target.project}-{name}",
        "Pod": pod.name,
        "Ports": ", ".join(pod.ports),
        "Project": target.project,
        "Publishers": [_publisher(port) for port in pod.ports],
        "RunningFor": f"{duration(now - pod.created)} ago",
        "Service": pod.labels.get(ONE_OFF, pod.service),
        "State": state(pod),
        "Status": status(pod, now),
    }


def _publisher(port: str) -> dict[str, Any]:
    """A port of a container as Docker Compose tells it: none is published on a node."""
    number, _, protocol = port.partition("/")
    return {"URL": "", "TargetPort": int(number), "PublishedPort": 0, "Protocol": protocol}


def status(pod: PodState, now: float) -> str:
    """As Docker has it: ``Up 5 seconds (health: starting)``, ``Exited (3) 2 minutes ago``, ``Created`` and others."""
    main = pod.main or ContainerState(pod.name, "")
    if pod.over:
        return f"Exited ({pod.exit_code}) {_ago(now, main.since)}"
    if main.phase is Phase.RUNNING:
        told = health(pod, now)
        shown = f" ({'health: ' if told == _STARTING else ''}{told})" if told else ""
        return f"Up {duration(now - main.since)}{shown}"
    if main.has_run:
        code, end = (main.exit_code, main.since) if main.ended else (main.last_exit_code, main.last_end)
        return f"Restarting ({code or 0}) {_ago(now, end)}"
    waits = next((c.reason for c in pod.containers if c.reason and c.phase is Phase.WAITING), "")
    return f"Created ({'unschedulable' if pod.unschedulable else waits})" if pod.unschedulable or waits else "Created"


def _ago(now: float, since: float) -> str:
    return f"{duration(now - since) if since else 'some time'} ago"


def health(pod: PodState, now: float) -> str:
    """``healthy``, ``unhealthy`` or ``starting``, empty for what is not checked.

    What never was ready is unhealthy when its checks have failed for as long as Docker waits for a first success.
    """
    if pod.health is None or pod.over:
        return ""
    if pod.ready:
        return "healthy"
    late = running_for(pod, now) > seconds_given(pod.health, pod, now)
    return "unhealthy" if pod.was_ready or late else _STARTING


def duration(seconds: float) -> str:
    """``5 seconds``, ``1 minute``: in the largest unit that fits."""
    whole = max(int(seconds), 0)
    for unit, size in _UNITS:
        if whole >= size:
            number = whole // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "0 seconds"


def as_table(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Lines of aligned columns."""
    fields = ("Name", "Image", "Command", "Service", "RunningFor", "Status", "Ports")
    return aligned([HEAD, *(tuple(str(entry[field]) for field in fields) for entry in entries)])


def as_json(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    """One object a line, as Docker Compose prints it."""
    return (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
