"""A running project, for tests: ``with hc.up(project) as environment``."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from secrets import token_hex
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster.streams.logs import Window
from hybridcompose.diagnostics import HybridComposeError
from hybridcompose.engine import addresses, copy, lifecycle, logs, ps, run, up, wait
from hybridcompose.engine import exec as exec_
from hybridcompose.engine.conversation import Recorder, Result
from hybridcompose.engine.forwards import Forwards
from hybridcompose.engine.target import Silent, Target
from hybridcompose.translate.one_off import OneOff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hybridcompose.engine.addresses import Address
    from hybridcompose.plan import Plan

#: What of the end of a run's notes an error is told with.
_NOTES = 200


class Container(NamedTuple):
    """A container of a service.

    ``name`` is ``SERVICE-NUMBER``. ``state`` is ``created``, ``running`` or ``exited``, ``health`` is ``starting`` or
    ``healthy`` and empty without a health check. ``exit_code`` is known of what has exited. ``image`` is what it was
    made from, ``pod`` the pod that it is in.
    """

    name: str
    service: str
    state: str
    health: str
    exit_code: int | None
    image: str
    pod: str


class Environment(NamedTuple):
    """What runs in the cluster, until the ``with`` block ends.

    Services go by the names of the compose file. Every method raises ``ClusterError``: for a service that has no
    container, and where the cluster does not answer or does not allow it.
    """

    target: Target
    #: The plan that runs a service once more. Raises ``KeyError`` where there is no such service or job.
    plan_of: Callable[[OneOff], Plan]
    #: Ports that are open on this machine while the block lasts.
    forwards: Forwards

    @property
    def namespace(self) -> str:
        """The namespace of all objects; every service answers there under its name."""
        return self.target.namespace

    @property
    def project(self) -> str:
        """The project's name."""
        return self.target.project

    def ps(self, *services: str) -> list[Container]:
        """The containers of these services, or of all, by name: also those that have ended or were stopped."""
        entries = ps.entries(self.target, every=True, services=services)
        return [
            Container(
                entry["Name"].removeprefix(f"{self.project}-"),
                entry["Service"],
                entry["State"],
                entry["Health"],
                entry["ExitCode"] if entry["State"] == "exited" else None,
                entry["Image"],
                entry["Pod"],
            )
            for entry in entries
        ]

    def wait(self, service: str, *others: str, timeout: float | None = None) -> int:
        """Waits until the service, or the first of several, has ended, and returns its exit code.

        Raises ``TimedOutError`` after ``timeout`` seconds.
        """
        return wait.wait(self.target, (service, *others), seconds=timeout)[1]

    def logs(
        self,
        *services: str,
        tail: int | None = None,
        since: float | None = None,
        until: float | None = None,
        timestamps: bool = False,
    ) -> str:
        """What the containers of these services, or of all, have written so far.

        Of one service the lines are as they were written; otherwise each begins with its container's name. ``tail`` is
        the number of last lines of each container, ``since`` and ``until`` are in seconds since 1970; ``timestamps``
        puts the time of each line before it.
        """
        form = logs.Form(tail, timestamps, prefix=len(services) != 1, window=Window(since, until))
        lines = _Lines()
        logs.show(self.target, services, form, lines)
        return "".join(f"{line}\n" for line in lines.kept)

    def exec(
        self,
        service: str,
        *command: str,
        stdin: bytes = b"",
        user: str = "",
        workdir: str = "",
        environment: Mapping[str, str] = MappingProxyType({}),
        index: int | None = None,
    ) -> Result:
        """Runs a program in a container of the service: its exit code, and what it wrote.

        ``index`` is which container, from 1, where the service has several. ``user``, ``workdir`` and ``environment``
        need a shell in the image. Raises ``ClusterError`` where the service does not run.
        """
        variables = tuple(f"{name}={value}" for name, value in environment.items())
        recorder = Recorder(stdin)
        call = exec_.Call(command, user, workdir, variables, index)
        return recorder.result(exec_.run(self.target, service, call, recorder))

    def run(
        self,
        service: str,
        *command: str,
        stdin: bytes = b"",
        environment: Mapping[str, str] = MappingProxyType({}),
        **changes: Any,
    ) -> Result:
        """Runs a new container of the service, or a job: the program's exit code, and what it wrote.

        Without a ``command`` its own. What it depends on runs or is started; the container does not answer to the
        service's name, and is removed at the end. ``changes`` are fields of ``hybridcompose.translate.one_off.OneOff``,
        such as ``user``, ``workdir`` and ``entrypoint``. Raises as ``up``, ``ClusterError`` for an unknown service.
        """
        recorder = Recorder(stdin)
        one_off = OneOff(service, token_hex(6), command, environment=environment, stdin=recorder.stdin, **changes)
        try:
            plan = self.plan_of(one_off)
        except KeyError:
            raise wait.not_running(service, self.target) from None
        request = run.Request(remove=True)
        return recorder.result(run.run(self.target, plan, request, recorder, Silent()))

    def port(self, service: str, port: int, *, protocol: str = "tcp", index: int | None = None) -> Address:
        """The host and the port at which this process reaches a port of the service, while the block lasts.

        Inside the cluster that is the service's name (with ``index`` the address of one container), elsewhere a port
        of this machine, which is carried there. Raises ``ClusterError`` where the service has no such port.
        """
        return addresses.find_port(self.target, service, port, protocol, index, forwards=self.forwards)

    def url(self, service: str, port: int | None = None) -> str:
        """``http://HOST:PORT`` for a port of the service, by default its first; ``https`` for 443 and 8443.

        Raises as ``port``.
        """
        return addresses.find_url(self.target, service, port, forwards=self.forwards)

    def cp(self, source: str, destination: str, *, index: int | None = None) -> None:
        """Copies ``SERVICE:PATH`` to a path here, or a path here to ``SERVICE:PATH``, as ``docker cp`` does.

        Raises ``ClusterError``, ``OutputError`` for what cannot be written here.
        """
        here, there = copy.side(source), copy.side(destination)
        request = copy.Request(index)
        if here.service:
            copy.from_container(self.target, here, destination, request, Silent(), lambda _: None)
        else:
            copy.to_container(self.target, source, there, request, Silent(), None)

    def stop(self, *services: str, timeout: int | None = None) -> None:
        """Stops these services, or all: what depends on others before them. ``start`` starts them again.

        ``timeout`` is the time to stop in seconds (default: each service's own). Raises ``TimedOutError``.
        """
        lifecycle.stop(self.target, services, Silent(), grace=timeout)

    def start(self, *services: str, timeout: float | None = None) -> None:
        """Starts these services, or all, as they were when they were stopped, and waits until they are healthy.

        Raises ``ServiceError``, and ``TimedOutError`` after ``timeout`` seconds.
        """
        lifecycle.start(self.target, services, Silent(), healthy=True, seconds=timeout)

    def restart(self, *services: str, timeout: int | None = None) -> None:
        """Stops and starts these services, or all. ``timeout`` as for ``stop``; raises as ``stop`` and ``start``."""
        lifecycle.restart(self.target, services, Silent(), grace=timeout, healthy=True)

    def kill(self, *services: str, signal: str = "SIGKILL") -> None:
        """Sends a signal to these services, or to all. Others than ``SIGKILL`` need a shell in the image."""
        lifecycle.kill(self.target, services, signal, Silent())


class _Lines(Silent):
    """Keeps results."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def out(self, line: str) -> None:
        self.kept.append(line)


class _Notes(Silent):
    """Keeps what happened, for the error that it may end with."""

    def __init__(self) -> None:
        self.kept: deque[str] = deque(maxlen=_NOTES)

    def note(self, line: str) -> None:
        self.kept.append(line)


@contextmanager
def running(
    target: Target,
    plan: Plan,
    request: up.Request,
    plan_of: Callable[[OneOff], Plan],
    keep: Callable[[], bool] | None = None,
) -> Iterator[Environment]:
    """Starts the plan, waits until it is ready, and removes it whatever happens, unless ``keep`` says otherwise.

    An error of the start carries as notes what happened before, and what a person would look up.
    """
    notes = _Notes()
    created = up.prepared(target, notes)
    try:
        try:
            up.start(target, plan, request, notes)
        except HybridComposeError as error:
            error.add_note("\n".join(notes.kept))
            raise
        with Forwards(target) as forwards:
            yield Environment(target, plan_of, forwards)
    finally:
        if keep is None or not keep():
            up.remove(target, Silent(), volumes=created)
