"""Sends streamed build contexts into the Jobs that wait for them, beside everything else that a run does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hybridcompose.cluster import execute
from hybridcompose.diagnostics import HybridComposeError

if TYPE_CHECKING:
    from types import TracebackType

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.steps import Send
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan, ResourceKey


class Uploads:
    """All streams of a run, each in a thread of its own: a Job waits only so long while nothing arrives.

    What a Job of this run has not received when the run ends, nobody will send: that Job is removed.
    """

    def __init__(self, target: Target, plan: Plan, console: Console) -> None:
        self._target, self._console = target, console
        self._streamed = {image.job for image in plan.images if image.context is not None}
        self._undelivered: set[ResourceKey] = set()
        self._stopped = threading.Event()
        self._error: Exception | None = None

    def __enter__(self) -> Uploads:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        for job in sorted(self._undelivered):
            self._remove(job)

    def made(self, key: ResourceKey) -> None:
        """This run has made an object; a Job that waits for its context is from now on this run's to care for."""
        if key in self._streamed:
            self._undelivered.add(key)

    def watch(self, decision: Decision) -> None:
        """What is built has had its context, whatever its stream says."""
        self._undelivered.difference_update(view.image.job for view in decision.builds if view.done)

    def begin(self, step: Send) -> None:
        """Starts to send, in the background."""
        threading.Thread(target=self._run, args=(step,), name=f"context-{step.pod.name}", daemon=True).start()

    def check(self) -> None:
        """Raises the error that ended a stream: ``BuildError``, ``ClusterError``."""
        if self._error is not None:
            raise self._error

    def _run(self, step: Send) -> None:
        from hybridcompose.engine.context_stream import ContextStream, StoppedError

        try:
            ContextStream(self._target, step, self._console, self._stopped).run()
        except StoppedError:
            return
        except Exception as error:  # the thread's end; the run looks at it
            self._undelivered.add(step.image.job)
            self._error = error
        else:
            self._undelivered.discard(step.image.job)

    def _remove(self, job: ResourceKey) -> None:
        """Without hiding the error that led here."""
        try:
            execute.remove(self._target.api, self._target.namespace, job)
        except HybridComposeError as error:
            self._console.note(f"{job} was not removed: {error}")
