"""What the builds of a run write, while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.streams.logs import Follower, Source
from hybridcompose.engine.build_log import BuildLog
from hybridcompose.engine.progress import IMAGE, Event, Output

if TYPE_CHECKING:
    from types import TracebackType

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.state import PodState
    from hybridcompose.cluster.views import BuildView
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import BuiltImage

#: How long the last lines of a builder that has ended may take.
_LAST_LINES = 10.0


class BuildOutput:
    """Follows every builder of a run from its start to its end, once for each Job."""

    def __init__(self, target: Target, console: Console) -> None:
        self._target, self._console = target, console
        self._followers: dict[str, Follower] = {}
        self._logs: dict[str, tuple[BuiltImage, BuildLog]] = {}
        self._over: set[str] = set()
        self._complained = False

    def __enter__(self) -> BuildOutput:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for follower in self._followers.values():
            follower.stop()

    def watch(self, decision: Decision) -> None:
        """Begins to follow what has started, and takes the last lines of what has ended."""
        for view in decision.builds:
            if view.pod is not None and view.building and view.pod.uid not in self._over:
                self._attend(view, view.pod)
        for follower in self._followers.values():
            if follower.error is not None and not self._complained:
                self._complained = True
                self._console.note(f"the output of the builds cannot be shown: {follower.error}")

    def log_of(self, pod: str) -> tuple[BuiltImage, BuildLog] | None:
        """What the builder in the pod of this name builds and has written; ``None`` where it was not followed."""
        return self._logs.get(pod)

    def _attend(self, view: BuildView, pod: PodState) -> None:
        if pod.uid not in self._followers:
            if view.done:
                self._over.add(pod.uid)  # an earlier run has shown it
                return
            self._followers[pod.uid] = self._followed(view.image, pod)
        if pod.finished:
            self._over.add(pod.uid)
            self._followers[pod.uid].finish(_LAST_LINES)

    def _followed(self, image: BuiltImage, pod: PodState) -> Follower:
        log = BuildLog(image.recipe.steps)
        self._logs[pod.name] = (image, log)

        def take(written: str) -> None:
            before = log.progress
            self._console.tell(Output(image.title, log.take(written)))
            if log.progress != before:
                self._console.tell(Event(IMAGE, image.title, "building", details=log.progress))

        source = Source(self._target.namespace, pod.name, pod.main.name if pod.main else "")
        return Follower(self._target.api, source, take)
