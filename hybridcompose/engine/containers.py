"""The container of a service that a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.observe import look
from hybridcompose.cluster.state import Phase
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity
from hybridcompose.engine.logs import container_names
from hybridcompose.engine.target import existing
from hybridcompose.plan.labels import ONE_OFF
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from hybridcompose.cluster.state import PodState
    from hybridcompose.engine.target import Target


def find(target: Target, service: str, index: int | None = None) -> tuple[str, PodState]:
    """A running container of the service and its name (``web-1``): the ``index``-th, else the first.

    Raises ``ClusterError`` where none runs.
    """
    for name, pod in find_all(target, service):
        if index in (None, number(name)):
            return name, pod
    raise not_running(f'service "{service}" is not running container #{index}')


def find_all(target: Target, service: str) -> list[tuple[str, PodState]]:
    """Every running container of the service, by number. Raises ``ClusterError`` where none runs."""
    existing(target)
    pods = list(look(target.api, target.namespace, target.selector).of_services())
    label, names = label_value(service), container_names(pods)
    own = [(names[pod.key], pod) for pod in pods if pod.service == label and runs(pod)]
    if not own:
        raise not_running(f'service "{service}" is not running')
    return sorted(own, key=lambda entry: number(entry[0]))


def number(name: str) -> int:
    """The ``1`` of ``web-1``."""
    return int(name.rpartition("-")[2])


def runs(pod: PodState) -> bool:
    """Whether it is one of the service's own, and runs."""
    running = pod.main is not None and pod.main.phase is Phase.RUNNING
    return running and not pod.deleting and ONE_OFF not in pod.labels


def source_of(target: Target, pod: PodState) -> Source:
    """Where the streams of the service's container are."""
    return Source(target.namespace, pod.name, pod.main.name if pod.main else "")


def not_running(message: str) -> ClusterError:
    remedy = "ps -a shows what there is; up starts it"
    return ClusterError([Diagnostic(Code.NOT_RUNNING, Severity.ERROR, message, remedy=remedy)])
