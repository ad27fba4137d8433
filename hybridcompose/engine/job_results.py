"""Results of Jobs: fetched when a program has ended, because only then the Job may be over.

The container that holds them would keep the pod, and so the Job, from its end: it is ended when they are fetched.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster import records
from hybridcompose.cluster.api import Patience
from hybridcompose.cluster.state import Phase
from hybridcompose.cluster.streams.exec import STALL_SECONDS, BrokenConnectionError, Program
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.fetch import fetch, results

if TYPE_CHECKING:
    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.records import Recorded
    from hybridcompose.cluster.state import PodState
    from hybridcompose.engine.target import Target

#: The first process of the container answers the signal.
_END = ("sh", "-c", "kill 1")


class Fetched(NamedTuple):
    """Where the results of a pod lie for now, and what is to be said about them."""

    directory: Path
    problems: tuple[str, ...]


class JobResults:
    """Fetches the results of each pod of a Job once, until the block is left."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._patience = Patience()
        self._directory: Path | None = None
        #: What was fetched, by the key of the service's container.
        self.fetched: dict[str, Fetched] = {}

    def watch(self, decision: Decision) -> None:
        """Looks after the pods whose programs have ended. Raises ``ClusterError`` where they cannot be reached."""
        waiting = [pod for view in decision.services.values() for pod in view.pods if _waits(pod)]
        if not waiting:
            return
        try:
            self._free({pod.uid for pod in waiting})
        except ClusterError as error:
            self._patience.lost(error)
        else:
            self._patience.found()

    def close(self, *, free: bool) -> None:
        """``free`` lets the Jobs that still run end by themselves. Raises ``ClusterError``."""
        try:
            if free:
                self._free(None)
        finally:
            if self._directory is not None:
                shutil.rmtree(self._directory, ignore_errors=True)

    def _free(self, uids: set[str] | None) -> None:
        """Of these pods, or of all of Jobs: the results are fetched where the program has ended, the holders end."""
        for one in records.pods(self._target.api, self._target.namespace, self._target.selector):
            if one.pod.job and (uids is None or one.pod.uid in uids):
                if uids is not None:
                    self._fetch(one)
                self._end(one)

    def _fetch(self, one: Recorded) -> None:
        for wanted in results(one):
            key = wanted.service.key
            if key in self.fetched:
                continue
            self._directory = self._directory or Path(tempfile.mkdtemp(prefix="hybridcompose-"))
            place = self._directory / str(len(self.fetched))
            try:
                problems = list(fetch(self._target, wanted, place))
            except ClusterError as error:
                if error.status is None:
                    raise
                problems = [f"nothing was fetched from {wanted.name}: {error}"]
            self.fetched[key] = Fetched(place, tuple(problems))

    def _end(self, one: Recorded) -> None:
        phases = {container.name: container.phase for container in one.pod.containers}
        for wanted in results(one):
            if phases.get(wanted.holder) is Phase.RUNNING:
                source = Source(self._target.namespace, one.pod.name, wanted.holder)
                try:
                    with Program(self._target.api, source, _END) as program:
                        program.wait(STALL_SECONDS)
                except BrokenConnectionError:
                    continue  # it has ended with the container that it ended
                except ClusterError as error:
                    if error.status in (None, 403):
                        raise
                    # The container has ended already.


def _waits(pod: PodState) -> bool:
    return bool(pod.job) and pod.alive and pod.finished
