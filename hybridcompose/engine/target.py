"""Which project, in which namespace of which cluster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from hybridcompose.cluster import execute, runner
from hybridcompose.cluster.api import path_of
from hybridcompose.cluster.refusals import refused
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity, TimedOutError
from hybridcompose.plan.labels import PROJECT
from hybridcompose.translate.labels import label_value
from hybridcompose.translate.names import label_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hybridcompose.cluster.api import Api
    from hybridcompose.engine.progress import Event, Output
    from hybridcompose.plan import Plan

#: Seconds between two questions: at first it is often there in a moment, and later nobody is in a hurry.
_FIRST_POLL, _POLL = 0.02, 0.2
#: How long a namespace, or a pod after its grace period, may take to go.
GONE_SECONDS = 180.0


class Console(Protocol):
    """Where a use case speaks: results to ``out``, what happens to ``note``, and to ``tell`` how far it is.

    The first two take whole lines, all of them calls from any thread.
    """

    def out(self, line: str) -> None: ...

    def note(self, line: str) -> None: ...

    def tell(self, event: Event | Output) -> None: ...


class Silent:
    """For library use: nothing is printed."""

    def out(self, line: str) -> None:
        """Prints nothing."""

    def note(self, line: str) -> None:
        """Prints nothing."""

    def tell(self, event: Event | Output) -> None:
        """Prints nothing."""


class Target(NamedTuple):
    """A project in a cluster. ``label`` is the value of its objects' project label.

    A ``shared`` namespace is nobody's: it is neither made nor removed. One that is ``named`` may be there before.
    """

    api: Api
    project: str
    namespace: str
    shared: bool = False
    named: bool = True
    #: What the project's objects go with: a reference to the pod that this runs in, if that is in the same namespace.
    owner: Mapping[str, str] | None = None

    @property
    def label(self) -> str:
        return label_value(self.project)

    @property
    def selector(self) -> str:
        return f"{PROJECT}={self.label}"

    def find(self) -> execute.Namespace | None:
        """The namespace; ``None`` where there is none. Raises ``ClusterError`` where that cannot be known."""
        return execute.find_namespace(self.api, self.namespace, known=self.named)


def target(api: Api, project: str, namespace: str | None = None, *, shared: bool = False) -> Target:
    """The project in its own namespace, which has the project's name, or in the one that is given.

    Raises ``ClusterError`` where a shared one is not named.
    """
    if shared and not namespace:
        raise refused("which namespace is shared is not known", "name it with --namespace")
    owner = runner.own_pod(api, namespace) if namespace else None
    return Target(api, project, namespace or label_name(project), shared, bool(namespace), owner)


def prepare(target: Target) -> bool:
    """Makes sure that the namespace exists, and says whether it was made now.

    Raises ``ClusterError`` where it may not be made, or is another project's own.
    """
    api, name = target.api, target.namespace
    found = target.find()
    if target.shared:
        _check_shared(name, found)
        return False
    if found is not None and found.terminating:
        wait_until(lambda: target.find() is None, f"the namespace {name} is still going away")
        found = None
    if found is None:
        execute.create_namespace(api, name, target.label)
        _await_account(target)
        return True
    if found.owner not in ("", target.label):
        raise execute.foreign(name, found.owner)
    return False


def _check_shared(name: str, found: execute.Namespace | None) -> None:
    """A namespace that was made for one project goes with that project."""
    if found is None or found.terminating:
        raise refused(f"there is no namespace {name}, and a shared one is not made here", "ask for it to be made", 404)
    if found.owner:
        raise execute.foreign(name, found.owner)


def check_objects(target: Target, plan: Plan) -> None:
    """Raises ``ClusterError`` where an object of the plan exists in a shared namespace and is somebody else's."""
    if target.shared:
        found = execute.foreign_objects(target.api, target.namespace, plan.resources, target.label)
        if found:
            raise execute.taken(target.namespace, found[0])


def _await_account(target: Target) -> None:
    """Pods are refused until the namespace has its default service account."""
    path = path_of("ServiceAccount", target.namespace, "default")

    wait_until(lambda: _is_there(target.api, path), f"the namespace {target.namespace} has no service account")


def _is_there(api: Api, path: str) -> bool:
    try:
        api.get(path)
    except ClusterError as error:
        if error.status not in (403, 404):
            raise
        return error.status == 403  # it may not be read: whether it is there, the pods will tell
    return True


def wait_until(holds: Callable[[], bool], complaint: str, seconds: float = GONE_SECONDS) -> None:
    """Asks until it holds. Raises ``TimedOutError`` with the complaint after ``seconds``."""
    end, pause = time.monotonic() + seconds, _FIRST_POLL
    while not holds():
        if time.monotonic() > end:
            message = f"{complaint} after {seconds:.0f} s"
            raise TimedOutError([Diagnostic(Code.TIMED_OUT, Severity.ERROR, message)])
        time.sleep(pause)
        pause = min(2 * pause, _POLL)


def existing(target: Target) -> execute.Namespace:
    """The namespace. Raises ``ClusterError`` where there is none."""
    found = target.find()
    if found is None:
        raise refused(f"there is no namespace {target.namespace}", "run up first, or name one with --namespace", 404)
    return found
