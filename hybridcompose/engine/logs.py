"""``logs``: what the services have written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.observe import Observer, look
from hybridcompose.cluster.streams.logs import EVERYTHING, Follower, Source, Window, read
from hybridcompose.engine.target import existing
from hybridcompose.engine.wait import not_running
from hybridcompose.plan.labels import ONE_OFF
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hybridcompose.cluster.state import Observed, PodState
    from hybridcompose.engine.target import Console, Target


#: Colours of names, as numbers of ECMA-48's "select graphic rendition": those that can be told apart on any ground.
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)


class Form(NamedTuple):
    """How lines look, and which: the last ``tail`` of each container (``None`` for all) of those in the ``window``."""

    tail: int | None = None
    timestamps: bool = False
    prefix: bool = True
    colour: bool = False
    window: Window = EVERYTHING

    def before(self, name: str, width: int, number: int) -> str:
        """What stands before each line of the container of this name, the ``number``-th of all."""
        if not self.prefix:
            return ""
        text = f"{name:<{width}}  | "
        return f"\x1b[{_COLOURS[number % len(_COLOURS)]}m{text}\x1b[0m" if self.colour else text


def show(target: Target, services: Collection[str], form: Form, console: Console, *, index: int | None = None) -> None:
    """Everything that was written so far, container by container: all of them, or the ``index``-th of a service."""
    existing(target)
    seen = look(target.api, target.namespace, target.selector)
    pods = list(_pods(seen, services, target))
    for pod in numbered(pods, index, target):
        prefix = _prefix(pod, pods, form)
        for line in text(target, pod, form).splitlines():
            console.out(prefix + line)


def text(target: Target, pod: PodState, form: Form) -> str:
    """What the service's container of one pod has written."""
    if pod.main is None:
        return ""
    source = Source(target.namespace, pod.name, pod.main.name)
    return read(target.api, source, tail=form.tail, timestamps=form.timestamps, window=form.window)


def follow(
    target: Target, services: Collection[str], form: Form, console: Console, *, index: int | None = None
) -> None:
    """As ``show``, and goes on until every container has ended or was stopped, or the window is over."""
    existing(target)
    followers: dict[str, Follower] = {}
    labels = {label_value(name) for name in services}
    with Observer(target.api, target.namespace, target.selector) as observer:
        version, seen = observer.wait(-1, 0)
        numbered(list(_pods(seen, services, target)), index, target)
        while True:
            every = [pod for pod in seen.of_services() if not services or pod.service in labels]
            pods = _of_number(every, index)
            for pod in pods:
                if pod.key not in followers and pod.main is not None and pod.main.has_run:
                    followers[pod.key] = _follower(target, pod, _prefix(pod, every, form), form, console)
                if pod.finished and pod.key in followers:
                    followers[pod.key].finish(10)
            for key in followers.keys() - {pod.key for pod in pods}:
                followers[key].finish(10)  # it was removed, as `stop` and `kill` do
            _check(followers)
            if all(pod.finished for pod in pods) or _is_over(form.window):
                return
            version, seen = observer.wait(version, 1)


def _follower(target: Target, pod: PodState, prefix: str, form: Form, console: Console) -> Follower:
    source = Source(target.namespace, pod.name, pod.main.name if pod.main else "")
    return Follower(
        target.api,
        source,
        lambda line: console.out(prefix + line),
        tail=form.tail,
        timestamps=form.timestamps,
        window=form.window,
    )


def _is_over(window: Window) -> bool:
    return window.until is not None and time.time() > window.until


def _check(followers: dict[str, Follower]) -> None:
    for follower in followers.values():
        if follower.error is not None:
            raise follower.error


def _pods(seen: Observed, services: Collection[str], target: Target) -> Iterator[PodState]:
    """The pods of the services, of all where none is named. Raises ``ClusterError`` for one that has none."""
    for name in services:
        found = seen.pods_of(label_value(name))
        if not found:
            raise not_running(name, target)
        yield from found
    if not services:
        yield from seen.of_services()


def _prefix(pod: PodState, pods: list[PodState], form: Form) -> str:
    names = container_names(pods)
    return form.before(names[pod.key], max(map(len, names.values())), sorted(names).index(pod.key))


def numbered(pods: list[PodState], index: int | None, target: Target) -> list[PodState]:
    """Those whose container has this number; all without one. Raises ``ClusterError`` where there is none of it."""
    found = _of_number(pods, index)
    if not found and index is not None:
        raise not_running(f"{pods[0].service}-{index}", target)
    return found


def _of_number(pods: list[PodState], index: int | None) -> list[PodState]:
    if index is None:
        return pods
    names = container_names(pods)
    return [pod for pod in pods if names[pod.key].rpartition("-")[2] == str(index)]


def container_names(pods: list[PodState]) -> dict[str, str]:
    """``web-1`` for each pod by key: numbered within its service, in the order of the pods' names.

    What `run` has started is called as its pod.
    """
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for pod in sorted(pods, key=lambda pod: (pod.service, len(pod.name), pod.name)):
        if ONE_OFF in pod.labels:
            names[pod.key] = pod.name
            continue
        counts[pod.service] = counts.get(pod.service, 0) + 1
        names[pod.key] = f"{pod.service}-{counts[pod.service]}"
    return names
