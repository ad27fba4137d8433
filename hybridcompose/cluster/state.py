"""What was seen of a cluster, as frozen values. Times are seconds since 1970."""

from __future__ import annotations

import math
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.plan import Health


class Phase(StrEnum):
    """Where a container is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    TERMINATED = "terminated"


class ContainerState(NamedTuple):
    """``since`` is when the container began to run, or ended; ``message`` its termination message or the kubelet's."""

    name: str
    image: str
    phase: Phase = Phase.WAITING
    init: bool = False
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    since: float = 0.0
    restarts: int = 0
    ready: bool = False
    #: An init container that stays, beside the main ones.
    stays: bool = False
    #: What it exited with before its last restart, and when.
    last_exit_code: int | None = None
    last_end: float = 0.0
    #: The image as the node has resolved it: its name with a digest.
    image_id: str = ""

    @property
    def has_run(self) -> bool:
        return self.phase is Phase.RUNNING or self.restarts > 0 or (self.ended and self.reason not in NEVER_RAN)

    @property
    def ended(self) -> bool:
        return self.phase is Phase.TERMINATED

    def is_over(self, policy: str) -> bool:
        """Whether it has ended and the kubelet leaves it at that, in a pod with this ``restartPolicy``."""
        again = self.stays or policy == "Always" or (policy == "OnFailure" and self.exit_code)
        return self.ended and not again


#: Reasons of a container that ended before its program began.
NEVER_RAN = ("StartError", "ContainerCannotRun", "CreateContainerError")


class PodState(NamedTuple):
    """``job`` is the Job that made the pod, ``health`` by which times it is asked if it is ready, ``failed_checks`` how
    often it was told not to be.

    ``depends_on`` holds the labels of the services that its service depends on, where the run that made it knew.
    A pod that runs several services has ``parts``: a state for each service, with the name of its ``container`` and
    the phase that the pod would have if it ran that one alone; ``alive`` says that the pod has not ended with it.

    ``unschedulable`` is the scheduler's reason while it finds no node, ``disrupted`` why the cluster ends the pod,
    ``absent`` what its volumes are made of and is not there.
    ``unmet`` are its conditions that do not hold, with their reasons; ``unready_since`` is since when it is not ready.
    """

    name: str
    uid: str
    phase: str
    containers: tuple[ContainerState, ...]
    service: str = ""
    job: str = ""
    ready: bool = False
    health: Health | None = None
    failed_checks: int = 0
    unschedulable: str = ""
    unschedulable_since: float = 0.0
    disrupted: str = ""
    absent: str = ""
    unmet: tuple[str, ...] = ()
    unready_since: float = 0.0
    deleting: bool = False
    created: float = 0.0
    restart_policy: str = "Never"
    config_hash: str = ""
    reason: str = ""
    message: str = ""
    command: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    labels: Mapping[str, str] = MappingProxyType({})
    depends_on: tuple[str, ...] = ()
    container: str = ""
    node: str = ""
    address: str = ""
    alive: bool = False
    parts: tuple[PodState, ...] = ()

    @property
    def checked(self) -> bool:
        """Whether it is asked if it is ready."""
        return self.health is not None

    @property
    def key(self) -> str:
        """What tells the containers of services apart."""
        return f"{self.uid}/{self.container}" if self.container else self.uid

    @property
    def main(self) -> ContainerState | None:
        """The service's container, once the kubelet has told about it."""
        return next((container for container in self.containers if not container.init), None)

    @property
    def finished(self) -> bool:
        return self.phase in ("Succeeded", "Failed")

    @property
    def over(self) -> bool:
        """Whether the service's container has ended for good, which its pod is told to have done a moment later."""
        policy = "Never" if self.deleting else self.restart_policy
        return self.finished or (self.main is not None and self.main.is_over(policy))

    @property
    def was_ready(self) -> bool:
        """Whether its checks have failed after they had succeeded, since its program last began."""
        begun = self.main.since if self.main is not None and self.main.phase is Phase.RUNNING else math.inf
        return not self.ready and self.unready_since > begun

    @property
    def exit_code(self) -> int | None:
        """What the service exited with; 1 for a pod that ended without its program having done so."""
        if not self.over:
            return None
        code = self.main.exit_code if self.main else None
        if code is None or (code == 0 and self.phase == "Failed"):
            return 1
        return code


class JobState(NamedTuple):
    """``failed`` is the reason, empty while the Job has not failed; ``failing`` is known before its pods are gone."""

    name: str
    uid: str
    service: str = ""
    complete: bool = False
    failed: str = ""
    deleting: bool = False
    config_hash: str = ""
    depends_on: tuple[str, ...] = ()
    failing: str = ""

    @property
    def finished(self) -> bool:
        return self.complete or bool(self.failed)


class EventState(NamedTuple):
    """Something that the cluster told about an object: ``subject`` is its uid, ``name`` its name, ``kind`` its kind.

    ``container`` is the one of a pod that it is about, if it is about one.
    """

    subject: str
    name: str
    reason: str
    message: str
    warning: bool
    times: int = 1
    last: float = 0.0
    uid: str = ""
    kind: str = ""
    container: str = ""


class Observed(NamedTuple):
    """Everything that was seen of a project. ``gone`` holds the uids of objects that were deleted."""

    pods: Mapping[str, PodState] = MappingProxyType({})
    jobs: Mapping[str, JobState] = MappingProxyType({})
    events: tuple[EventState, ...] = ()
    gone: frozenset[str] = frozenset()

    def pods_of(self, service: str) -> tuple[PodState, ...]:
        """The pods of a service, by name."""
        return tuple(pod for pod in self.of_services() if pod.service == service)

    def of_services(self) -> tuple[PodState, ...]:
        """The pods that run services, by name: one for each service where a pod runs several."""
        pods = (pod for _, pod in sorted(self.pods.items()) if pod.service)
        return tuple(part for pod in pods for part in pod.parts or (pod,))

    def pods_of_job(self, job: str) -> tuple[PodState, ...]:
        """The pods that a Job made, the latest last."""
        return tuple(sorted((pod for pod in self.pods.values() if pod.job == job), key=lambda pod: pod.created))

    def events_of(self, uid: str) -> tuple[EventState, ...]:
        """What was told about an object, in order; not about an earlier one of the same name."""
        return tuple(sorted((event for event in self.events if event.subject == uid), key=lambda event: event.last))
