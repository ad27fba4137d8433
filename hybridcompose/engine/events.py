"""``events``: what happens to a project's containers from now on, in the words of Docker."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.observe import Observer
from hybridcompose.cluster.state import NEVER_RAN, Phase
from hybridcompose.engine.logs import container_names
from hybridcompose.engine.target import existing
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from hybridcompose.cluster.state import ContainerState, PodState
    from hybridcompose.engine.target import Target


class Event(NamedTuple):
    """``action`` happened to the container ``name``; ``at`` in seconds since 1970."""

    action: str
    at: float
    uid: str
    service: str
    name: str
    image: str
    exit_code: int | None = None

    def as_json(self) -> str:
        """One object, with the names of Docker Compose."""
        code = {} if self.exit_code is None else {"exitCode": str(self.exit_code)}
        told = {
            "action": self.action,
            "attributes": {**code, "image": self.image, "name": self.name},
            "id": self.uid,
            "service": self.service,
            "time": datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "type": "container",
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    def as_text(self) -> str:
        """One line, as Docker Compose prints it."""
        code = "" if self.exit_code is None else f"exitCode={self.exit_code}, "
        when = datetime.fromtimestamp(self.at).astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")
        return f"{when} container {self.action} {self.uid} ({code}image={self.image}, name={self.name})"


def follow(
    target: Target, services: Collection[str], take: Callable[[Event], None], *, until: float | None = None
) -> None:
    """Gives every event of these services, or of all, to ``take``, until then (seconds since 1970) or without end.

    Raises ``ClusterError``.
    """
    existing(target)
    wanted = {label_value(name) for name in services}
    with Observer(target.api, target.namespace, target.selector) as observer:
        version, seen = observer.wait(-1, 0)
        before = {pod.key: pod for pod in seen.of_services()}
        while until is None or time.time() < until:
            version, seen = observer.wait(version, 60 if until is None else min(60, max(until - time.time(), 0)))
            after = {pod.key: pod for pod in seen.of_services()}
            names = container_names([*{**before, **after}.values()])
            for event in between(before, after, time.time()):
                if not wanted or event.service in wanted:
                    take(event._replace(name=f"{target.project}-{names[event.name]}"))
            before = after


def between(before: Mapping[str, PodState], after: Mapping[str, PodState], now: float) -> Iterator[Event]:
    """What must have happened between two looks at the same pods, each by its key, which stands for the name."""
    for key in sorted(after.keys() | before.keys()):
        old, new = before.get(key), after.get(key)
        pod = new or old
        if pod is None or pod.main is None:
            continue
        event = Event("", now, pod.uid, pod.service, key, pod.main.image)
        if old is None and new is not None:
            yield event._replace(action="create", at=new.created)
        if new is None:
            starts, ends = _lives(pod.main)
            if starts > ends:
                yield event._replace(action="die")
            yield event._replace(action="destroy")
        else:
            yield from _changes(old, new, event)


def _lives(container: ContainerState | None) -> tuple[int, int]:
    """How often the container has been started, and how often it has ended."""
    if container is None:
        return 0, 0
    waits_again = container.phase is Phase.WAITING and container.last_exit_code is not None
    over = container.ended or waits_again
    began = container.phase is Phase.RUNNING or (over and container.reason not in NEVER_RAN)
    return container.restarts + began, container.restarts + over


def _changes(old: PodState | None, new: PodState, event: Event) -> Iterator[Event]:
    has = new.main
    if has is None:
        return
    starts, ends = _lives(old.main if old else None)
    all_starts, all_ends = _lives(has)
    while starts < all_starts or ends < all_ends:
        if starts <= ends and starts < all_starts:
            starts += 1
            now_runs = starts == all_starts and has.phase is Phase.RUNNING
            yield event._replace(action="start", at=has.since if now_runs else event.at)
        else:
            ends += 1
            yield _end(event, has, last=ends == all_ends)
    if new.checked and new.ready and not (old and old.ready):
        yield event._replace(action="health_status: healthy")


def _end(event: Event, has: ContainerState, *, last: bool) -> Event:
    """What the cluster still knows of it: when the last one was, and with what code."""
    if not last:
        return event._replace(action="die")
    code, at = (has.exit_code, has.since) if has.ended else (has.last_exit_code, has.last_end)
    return event._replace(action="die", at=at or event.at, exit_code=code)
