"""The services' output, line by line, each under the name of its container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.streams.logs import Follower, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.state import PodState
    from hybridcompose.cluster.views import ServiceView
    from hybridcompose.engine.logs import Form
    from hybridcompose.engine.target import Console, Target

#: How long the last lines of a container that has ended may take.
_LAST_LINES = 10.0


class Attached:
    """Follows every container of these services from its start to its end."""

    def __init__(self, target: Target, services: Iterable[str], console: Console, form: Form) -> None:
        self._target, self._out, self._form = target, console.out, form
        self._services = frozenset(services)
        self._width = max((len(name) + 2 for name in self._services), default=0)
        self._followers: dict[str, Follower] = {}
        self._finished: set[str] = set()
        self._names: dict[str, str] = {}

    def watch(self, decision: Decision) -> None:
        """Begins to follow what has started, and takes the last lines of what has ended."""
        for name in sorted(self._services):
            view = decision.services[name]
            for pod in view.pods:
                self._attend(view, pod)
        for follower in self._followers.values():
            if follower.error is not None:
                raise follower.error

    def _attend(self, view: ServiceView, pod: PodState) -> None:
        if pod.main is None or not pod.main.has_run or pod.key in self._finished:
            return
        name = self._name(view, pod)
        if pod.key not in self._followers:
            prefix = self._form.before(name, self._width, len(self._followers))
            source = Source(self._target.namespace, pod.name, view.service.container)
            self._followers[pod.key] = Follower(
                self._target.api,
                source,
                lambda line: self._out(prefix + line),
                timestamps=self._form.timestamps,
            )
        if pod.finished:
            self._finished.add(pod.key)
            self._followers[pod.key].finish(_LAST_LINES)
            self._out(f"{name} exited with code {pod.exit_code}")

    def _name(self, view: ServiceView, pod: PodState) -> str:
        """``web-1``: as Docker Compose numbers containers."""
        if pod.key not in self._names:
            own = [key.name for key in view.service.workloads]
            others = sum(1 for name in self._names.values() if name.rpartition("-")[0] == view.service.name)
            number = own.index(pod.name) + 1 if pod.name in own else others + 1
            self._names[pod.key] = f"{view.service.name}-{number}"
        return self._names[pod.key]

    def close(self) -> None:
        for follower in self._followers.values():
            follower.stop()
