"""Sends one build context into the pod that waits for it: again from the beginning where the connection breaks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from hybridcompose.cluster.api import path_of
from hybridcompose.cluster.parse import pod as parsed_pod
from hybridcompose.cluster.streams.exec import BrokenConnectionError
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.cluster.streams.upload import ChangedContextError, upload
from hybridcompose.diagnostics import BuildError, ClusterError, Code, Diagnostic, Severity
from hybridcompose.engine.progress import IMAGE, Event, Status

if TYPE_CHECKING:
    import threading

    from hybridcompose.cluster.steps import Send
    from hybridcompose.engine.target import Console, Target

#: How often a context is sent from its beginning; the time between two tries doubles.
TRIES = 5
_PAUSE = 0.5
#: How often it is told how far a stream is; who writes it down may leave some out.
_TELL_SECONDS = 0.5


class StoppedError(Exception):
    """The run is over: nothing more is sent."""


class ContextStream:
    """One context on its way. ``stopped`` is set when the run is over."""

    def __init__(self, target: Target, step: Send, console: Console, stopped: threading.Event) -> None:
        self._target, self._console, self._stopped = target, console, stopped
        self._image, self._context = step.image, step.context
        self._source = Source(target.namespace, step.pod.name, step.context.container)
        self._told = 0.0

    def run(self) -> None:
        """Returns once the context has arrived.

        Raises ``BuildError`` where it cannot, ``ClusterError`` where the cluster allows no such connection, and
        ``StoppedError``.
        """
        self._event("sending its context", details=mebibytes(self._context.size))
        for number in range(1, TRIES + 1):
            problem = self._try()
            if problem is None or self._has_arrived(problem, last=number == TRIES):
                self._event("its context has arrived")
                return
            text = f"the stream of its context broke ({problem}); again from the beginning"
            self._event(text, status=Status.WARNING)
            if self._stopped.wait(_PAUSE * 2 ** (number - 1)):
                raise StoppedError

    def _try(self) -> Exception | None:
        """What went wrong, where another try may help or the pod may tell more."""
        self._told = time.monotonic()
        try:
            upload(self._target.api, self._source, self._context, self._tell)
        except BrokenConnectionError as error:
            return error
        except ClusterError as error:
            if error.status in (401, 403):
                raise
            return error
        except ChangedContextError:
            message = "a file of its context has changed since it was read: the image would not be what its tag says"
            remedy = "build again when nothing writes there, or exclude the file in .dockerignore"
            raise self._failed(message, remedy) from None
        except OSError as error:
            raise self._failed(f"its context cannot be read: {error}") from error
        return None

    def _has_arrived(self, problem: Exception, *, last: bool) -> bool:
        """Whether the pod has everything all the same. Raises ``BuildError`` where another try is of no use."""
        code = self._exit_code()
        if code == 0:
            return True
        if last or code is not None:
            raise self._failed(f"its context could not be sent: {problem}") from problem
        return False

    def _exit_code(self) -> int | None:
        """What the waiting container has exited with; ``None`` while it waits, or that cannot be asked."""
        try:
            seen = parsed_pod(self._target.api.get(path_of("Pod", self._source.namespace, self._source.pod)))
        except ClusterError as error:
            return 1 if error.status == 404 else None
        codes = (one.exit_code for one in seen.containers if one.name == self._source.container)
        return next(codes, None)

    def _tell(self, sent: int) -> None:
        if self._stopped.is_set():
            raise StoppedError
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            total = self._context.size
            text = f"{mebibytes(sent)} of {mebibytes(total)} of its context sent"
            self._event(text, current=sent, total=total)

    def _event(self, text: str, **more: Any) -> None:
        self._console.tell(Event(IMAGE, self._image.title, text, **more))

    def _failed(self, message: str, remedy: str | None = None) -> BuildError:
        path = ("services", self._image.service, "build", "context")
        return BuildError([Diagnostic(Code.BUILD_FAILED, Severity.ERROR, message, path, remedy)])


def mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB"
