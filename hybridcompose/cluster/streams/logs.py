"""Logs of containers: as they are, and as they come."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster.api import Api, path_of
from hybridcompose.cluster.observe import interrupt, lines
from hybridcompose.diagnostics import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds between two tries to reach the log of a container that the kubelet does not know yet.
_PAUSE = 0.3


class Source(NamedTuple):
    """A container of a pod."""

    namespace: str
    pod: str
    container: str

    @property
    def path(self) -> str:
        return path_of("Pod", self.namespace, self.pod, "log")


def read(api: Api, source: Source, *, tail: int | None = None, previous: bool = False, timestamps: bool = False) -> str:
    """What the container, or the one before its last restart, has written. Empty where there is nothing to read."""
    query = {"container": source.container}
    if tail is not None:
        query["tailLines"] = str(tail)
    if previous:
        query["previous"] = "true"
    if timestamps:
        query["timestamps"] = "true"
    try:
        return api.text(source.path, query)
    except ClusterError as error:
        if error.status in (400, 404):  # the container has not begun, or there is no earlier one
            return ""
        raise


class Follower:
    """Follows one container in a thread of its own, over restarts, until ``finish`` says that no more comes.

    Each line goes to ``take``, without its end. What ``take`` raises is kept in ``error``.
    """

    def __init__(
        self,
        api: Api,
        source: Source,
        take: Callable[[str], None],
        *,
        tail: int | None = None,
        timestamps: bool = False,
    ) -> None:
        self._api, self._source, self._take = api, source, take
        self._tail, self._timestamps = tail, timestamps
        #: The time of the last line, to go on from there.
        self._last = ""
        self._done = threading.Event()
        self._stream: Any = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=f"logs-{source.pod}", daemon=True)
        self._thread.start()

    def finish(self, seconds: float) -> None:
        """The container has ended for good: waits until its last line is taken, at most ``seconds``."""
        self._done.set()
        self._thread.join(seconds)

    def stop(self) -> None:
        """Gives up at once."""
        self._done.set()
        if self._stream is not None:
            interrupt(self._stream)

    def _run(self) -> None:
        try:
            while True:
                over = self._done.is_set()
                self._follow()
                if over:
                    return
                self._done.wait(_PAUSE)
        except Exception as error:  # the thread's end; who follows looks at it
            self.error = error

    def _follow(self) -> None:
        from urllib3.exceptions import HTTPError

        query = {"container": self._source.container, "follow": "true", "timestamps": "true"}
        if self._last:
            query["sinceTime"] = self._last
        elif self._tail is not None:
            query["tailLines"] = str(self._tail)
        try:
            self._stream = self._api.stream(self._source.path, query)
        except ClusterError as error:
            if error.status in (400, 404, 500):
                return
            raise
        try:
            seen = _time(self._last)
            for line in lines(self._stream):
                self._line(line.decode(errors="replace"), seen)
        except (HTTPError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
        finally:
            self._stream.close()

    def _line(self, line: str, seen: tuple[str, str]) -> None:
        """Takes a line unless it came before the connection broke: ``sinceTime`` counts in whole seconds."""
        stamp, _, text = line.partition(" ")
        if _time(stamp) <= seen:
            return
        self._last = stamp
        self._take(line if self._timestamps else text)


def _time(stamp: str) -> tuple[str, str]:
    """A time of a log in an order of its own: its fraction has no zeros at the end."""
    whole, _, fraction = stamp.rstrip("Z").partition(".")
    return whole, fraction.ljust(9, "0")
