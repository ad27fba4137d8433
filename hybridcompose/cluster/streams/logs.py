"""Logs of containers: as they are, and as they come."""

from __future__ import annotations

import math
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster.api import READ_SECONDS, Api, Patience, path_of, unreachable
from hybridcompose.cluster.observe import interrupt, lines
from hybridcompose.cluster.parse import seconds
from hybridcompose.diagnostics import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds between two tries to reach the log of a container that the kubelet does not know yet.
_PAUSE = 0.3
#: A log that is silent for longer is asked for anew: its connection may have been lost without a word.
_SILENCE_SECONDS = 120.0


class Source(NamedTuple):
    """A container of a pod."""

    namespace: str
    pod: str
    container: str

    @property
    def path(self) -> str:
        return path_of("Pod", self.namespace, self.pod, "log")


class Window(NamedTuple):
    """The lines of a span of time: both ends belong to it, in seconds since 1970; ``None`` where it has no end."""

    since: float | None = None
    until: float | None = None

    @property
    def is_open(self) -> bool:
        return self.since is None and self.until is None

    def holds(self, stamp: str) -> bool:
        """Whether it holds a line with this time of a log."""
        at = seconds(stamp)
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)

    def query(self) -> dict[str, str]:
        """What the server can leave out by itself: it counts in whole seconds."""
        if self.since is None:
            return {}
        return {"sinceTime": datetime.fromtimestamp(math.floor(self.since), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


EVERYTHING = Window()


def read(
    api: Api,
    source: Source,
    *,
    tail: int | None = None,
    previous: bool = False,
    timestamps: bool = False,
    window: Window = EVERYTHING,
) -> str:
    """What the container, or the one before its last restart, has written. Empty where there is nothing to read."""
    query = {"container": source.container, **window.query()}
    if tail is not None and window.is_open:
        query["tailLines"] = str(tail)
    if previous:
        query["previous"] = "true"
    if timestamps or not window.is_open:
        query["timestamps"] = "true"
    try:
        text = api.text(source.path, query)
    except ClusterError as error:
        if error.status in (400, 404):  # the container has not begun, or there is no earlier one
            return ""
        raise
    return text if window.is_open else _within(text, window, tail, timestamps=timestamps)


def copy(api: Api, source: Source, write: Callable[[bytes], object], *, previous: bool = False) -> None:
    """Gives ``write`` all that the container (``previous``: before its last restart) has written, with times.

    Raises ``ClusterError``, also where the connection breaks.
    """
    from urllib3.exceptions import HTTPError

    query = {"container": source.container, "timestamps": "true", **({"previous": "true"} if previous else {})}
    try:
        stream = api.stream(source.path, query, READ_SECONDS)
    except ClusterError as error:
        if error.status in (400, 404):  # as above
            return
        raise
    try:
        for piece in stream.stream(amt=65_536):
            write(piece)
    except HTTPError as error:
        raise unreachable(f"the log of {source.container} in {source.pod} broke off: {error}") from error
    finally:
        stream.close()


def _within(text: str, window: Window, tail: int | None, *, timestamps: bool) -> str:
    kept = [
        (line, rest)
        for line in text.splitlines(keepends=True)
        for stamp, _, rest in [line.partition(" ")]
        if window.holds(stamp)
    ]
    last = kept if tail is None else kept[len(kept) - min(tail, len(kept)) :]
    return "".join(line if timestamps else rest for line, rest in last)


def read_bytes(api: Api, source: Source) -> bytes:
    """What the container has written so far, byte for byte. Empty where there is nothing to read."""
    try:
        with api.stream(source.path, {"container": source.container}, _SILENCE_SECONDS) as stream:
            return stream.read()
    except ClusterError as error:
        if error.status in (400, 404):
            return b""
        raise


class Follower:
    """Follows one container in a thread of its own, over restarts, until ``finish`` says that no more comes.

    Each line goes to ``take``, without its end (``raw``: with it, and every byte that is no text as a surrogate of
    ``surrogateescape``), and exactly once though connections break: what comes after a break
    begins with lines that were there before. What ``take`` raises is kept in ``error``.
    """

    def __init__(
        self,
        api: Api,
        source: Source,
        take: Callable[[str], None],
        *,
        tail: int | None = None,
        timestamps: bool = False,
        raw: bool = False,
        window: Window = EVERYTHING,
    ) -> None:
        self._api, self._source, self._take = api, source, take
        self._tail, self._timestamps, self._window = tail, timestamps, window
        self._raw = raw
        #: The time of the last line, to go on from there, and how many lines had it.
        self._last, self._count = "", 0
        self._patience = Patience()
        self._done = threading.Event()
        self._stopped = False
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
        self._stopped = True
        self._done.set()
        if self._stream is not None:
            interrupt(self._stream)

    def _run(self) -> None:
        try:
            while not self._stopped:
                over = self._done.is_set()
                complete = self._follow(over=over)
                if over and complete:
                    return
                if over:
                    time.sleep(_PAUSE)
                else:
                    self._done.wait(_PAUSE)
        except Exception as error:  # the thread's end; who follows looks at it
            self.error = error

    def _follow(self, *, over: bool) -> bool:
        """Takes what comes, and says whether it came to its end. ``over``: the container writes no more."""
        from urllib3.exceptions import HTTPError

        try:
            self._stream = self._api.stream(self._source.path, self._query(), _SILENCE_SECONDS)
        except ClusterError as error:
            if error.status in (400, 404, 500):  # there is no log yet, or none any more
                return True
            self._patience.lost(error)
            return False
        self._patience.found()
        resumed = _Resumed(self._last, self._count)
        try:
            for line in lines(self._stream):
                # Half a line is the container's last one, or comes again as a whole.
                if over or line.endswith(b"\n"):
                    self._line(self._text(line), resumed)
        except (HTTPError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            return False
        finally:
            self._stream.close()
        return True

    def _text(self, line: bytes) -> str:
        if self._raw:
            return line.decode(errors="surrogateescape")
        return line.removesuffix(b"\n").decode(errors="replace")

    def _query(self) -> dict[str, str]:
        query = {"container": self._source.container, "follow": "true", "timestamps": "true", **self._window.query()}
        if self._last:
            query["sinceTime"] = self._last
        elif self._tail is not None:
            query["tailLines"] = str(self._tail)
        return query

    def _line(self, line: str, resumed: _Resumed) -> None:
        stamp, _, text = line.partition(" ")
        if resumed.was_taken(stamp):
            return
        self._count = self._count + 1 if stamp == self._last else 1
        self._last = stamp
        if self._window.is_open or self._window.holds(stamp):
            self._take(line if self._timestamps else text)


class _Resumed:
    """What was taken before a connection broke, of what comes after: ``sinceTime`` counts in whole seconds.

    Several lines may have one time, to the nanosecond; of these, as many as before are left out.
    """

    def __init__(self, last: str, count: int) -> None:
        self._last, self._left = _time(last), count

    def was_taken(self, stamp: str) -> bool:
        written = _time(stamp)
        if written == self._last and self._left:
            self._left -= 1
            return True
        return written < self._last


def _time(stamp: str) -> tuple[str, str]:
    """A time of a log in an order of its own: its fraction has no zeros at the end."""
    whole, _, fraction = stamp.rstrip("Z").partition(".")
    return whole, fraction.ljust(9, "0")
