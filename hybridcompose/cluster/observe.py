"""Watches a project's pods and Jobs, and the events about them: one watch for each kind, whatever the number."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from hybridcompose.cluster import parse
from hybridcompose.cluster.api import Api, Patience, path_of
from hybridcompose.cluster.checks import counted
from hybridcompose.cluster.execute import together
from hybridcompose.cluster.state import EventState, JobState, Observed, PodState
from hybridcompose.cluster.told_by_events import told_by_events
from hybridcompose.diagnostics import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType

#: The server ends a watch after so many seconds; it is taken up again where it ended. One that is silent for longer
#: has lost its connection without a word.
_WATCH_SECONDS = 240
_SILENCE_SECONDS = 270.0
#: Between two tries to reach a server that does not answer.
_PAUSE = 0.5

Parsed = PodState | JobState | EventState


def look(api: Api, namespace: str, selector: str, *, jobs: bool = False) -> Observed:
    """The pods that are there now, with ``jobs`` the Jobs, too."""
    with_labels = {"labelSelector": selector}
    pods = [parse.pod(body) for body in api.get(path_of("Pod", namespace), **with_labels)["items"]]
    found = api.get(path_of("Job", namespace), **with_labels)["items"] if jobs else ()
    return Observed({pod.name: pod for pod in pods}, {job.name: job for job in map(parse.job, found)})


def checked(api: Api, namespace: str, seen: Observed) -> Observed:
    """What was seen, with what events tell of checks that failed. Where they may not be read, nothing of them."""
    if not any(pod.checked and not pod.ready and not pod.over for pod in seen.of_services()):
        return seen
    try:
        found = api.get(path_of("Event", namespace))["items"]
    except ClusterError as error:
        if error.status != 403:
            raise
        return seen
    return seen._replace(pods=counted(seen.pods, map(parse.event, found)))


def remembering(seen: Observed, ended: Mapping[str, PodState]) -> Observed:
    """What was seen with the pods that ended and are gone since (``ended``), where no other has their names."""
    kept = {pod.name: pod for uid, pod in ended.items() if uid in seen.gone and pod.name not in seen.pods}
    return seen._replace(pods={**kept, **seen.pods}, gone=seen.gone - {pod.uid for pod in kept.values()})


class Observer:
    """Keeps what is known of a project up to date in the background, from entering it until it is left."""

    _KINDS: ClassVar[dict[str, Callable[[Any], Parsed]]] = {
        "Pod": parse.pod,
        "Job": parse.job,
        "Event": parse.event,
    }

    def __init__(self, api: Api, namespace: str, selector: str) -> None:
        self._api, self._namespace, self._selector = api, namespace, selector
        self._changed = threading.Condition()
        self._objects: dict[str, dict[str, Parsed]] = {kind: {} for kind in self._KINDS}
        self._gone: set[str] = set()
        self._version = 0
        self._streams: dict[str, Any] = {}
        self._closed = False
        self._error: Exception | None = None

    def __enter__(self) -> Observer:
        together(self._begin, self._KINDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            streams = list(self._streams.values())
        for stream in streams:
            interrupt(stream)

    def _begin(self, kind: str) -> None:
        version = self._list(kind)
        threading.Thread(target=self._follow, args=(kind, version), name=f"watch-{kind}", daemon=True).start()

    def wait(self, seen: int, seconds: float) -> tuple[int, Observed]:
        """What is known once it is newer than version ``seen``, or ``seconds`` have passed; and its version.

        Raises ``ClusterError`` where the watch has failed for good.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._version > seen or self._error is not None, seconds)
            if self._error is not None:
                raise self._error
            return self._version, self._snapshot()

    def _snapshot(self) -> Observed:
        events = tuple(self._of(EventState, "Event"))
        pods = counted(told_by_events(self._of(PodState, "Pod"), events), events)
        jobs = {job.name: job for job in self._of(JobState, "Job")}
        return Observed(pods, jobs, events, frozenset(self._gone))

    def _of(self, kind: type[Any], name: str) -> Iterable[Any]:
        return [value for value in self._objects[name].values() if isinstance(value, kind)]

    def _query(self, kind: str) -> dict[str, str]:
        # Events carry no labels of the objects that they are about.
        return {} if kind == "Event" else {"labelSelector": self._selector}

    def _list(self, kind: str) -> str:
        found = self._api.get(path_of(kind, self._namespace), **self._query(kind))
        parsed = [self._KINDS[kind](body) for body in found["items"]]
        with self._changed:
            known = {value.uid: value for value in parsed}
            self._gone.update(self._objects[kind].keys() - known.keys())
            self._objects[kind] = known
            self._tell()
        version: str = found["metadata"]["resourceVersion"]
        return version

    def _follow(self, kind: str, version: str) -> None:
        patience = Patience()
        while not self._closed:
            try:
                version = self._tried(kind, version, patience)
            except Exception as error:  # whatever it is, the main thread must not wait forever
                self._fail(error)
                return

    def _tried(self, kind: str, version: str, patience: Patience) -> str:
        """Follows for a while, or lists anew what the server has forgotten; where to go on from."""
        try:
            version = self._watch(kind, version) or self._list(kind)
        except ClusterError as error:
            if error.status == 410:
                return ""
            patience.lost(error)
            with self._changed:
                self._changed.wait_for(lambda: self._closed, _PAUSE)
        else:
            patience.found()
        return version

    def _watch(self, kind: str, version: str) -> str:
        """Follows until the stream ends; returns where to go on from, empty where the server has forgotten it."""
        from urllib3.exceptions import HTTPError

        if not version:
            return ""
        query = {
            **self._query(kind),
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(_WATCH_SECONDS),
        }
        stream = self._api.stream(path_of(kind, self._namespace), query, _SILENCE_SECONDS)
        with self._changed:
            self._streams[kind] = stream
        try:
            for line in lines(stream):
                told = json.loads(line)
                if told["type"] == "ERROR":
                    return ""
                version = told["object"]["metadata"]["resourceVersion"]
                if told["type"] != "BOOKMARK":
                    self._take(kind, told["type"], told["object"])
        except (HTTPError, OSError, ValueError):
            # A broken connection, or half a line of one: go on from the last version that was read.
            return version
        finally:
            stream.close()
        return version

    def _take(self, kind: str, change: str, body: Any) -> None:
        value = self._KINDS[kind](body)
        with self._changed:
            if change == "DELETED":
                self._objects[kind].pop(value.uid, None)
                self._gone.add(value.uid)
            else:
                self._objects[kind][value.uid] = value
            self._tell()

    def _tell(self) -> None:
        self._version += 1
        self._changed.notify_all()

    def _fail(self, error: Exception) -> None:
        with self._changed:
            if not self._closed:
                self._error = error
                self._changed.notify_all()


def lines(stream: Any) -> Iterator[bytes]:
    """The lines of an answer as they arrive, each with its end; the last one may have none."""
    left = b""
    for chunk in stream.stream(amt=65_536):
        *whole, left = (left + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if left:
        yield left


def interrupt(stream: Any) -> None:
    """Ends a read that another thread waits in."""
    try:
        stream.shutdown()
    except (AttributeError, ValueError, OSError):
        # An older urllib3 cannot: the thread ends with the server's time-out, and holds nothing up.
        return
