"""``up --publish`` and ``--env-out``: published ports on this machine, and where everything is reached."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

from hybridcompose.cluster import access
from hybridcompose.cluster.permissions import Permission
from hybridcompose.cluster.refusals import Missing, not_allowed
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity
from hybridcompose.engine import addresses
from hybridcompose.engine.addresses import Address
from hybridcompose.engine.forwards import LOOPBACK, Forward, Forwards, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.spec import Project
    from hybridcompose.spec.network import Port

#: Instead of an address: any free port of the loopback interface.
AUTO = "auto"


def published(project: Project, chosen: str) -> list[Wanted]:
    """The ports that Docker would publish; ``chosen`` is the address of those without one, or ``auto``."""
    return [
        wanted
        for name, service in sorted(project.services.items())
        if service.replicas
        for wanted in published_of(name, service.ports, chosen)
    ]


def published_of(service: str, ports: Iterable[Port], chosen: str) -> Iterator[Wanted]:
    """The same for these ports of one service."""
    address = LOOPBACK if chosen == AUTO else chosen
    for index, port in enumerate(ports):
        if _is_tcp(port):
            numbers = (0,) if chosen == AUTO else _numbers(port)
            path = ("services", service, "ports", index, "published")
            yield Wanted(service, port.target, port.host_ip or address, numbers, path)


def unpublished(project: Project) -> Iterator[Diagnostic]:
    """The ports that no API server carries."""
    for name, service in sorted(project.services.items()):
        yield from unpublished_of(service.ports, ("services", name, "ports"))


def unpublished_of(ports: Iterable[Port], path: ComposePath = ()) -> Iterator[Diagnostic]:
    """The same of these ports, written at ``path``; none: on the command line."""
    for index, port in enumerate(ports):
        if not _is_tcp(port):
            message = f"{port.target}/{port.protocol} is not published: connections are forwarded, and it has none"
            remedy = "reach it from inside the cluster, under the service's name"
            yield Diagnostic(Code.NO_EQUIVALENT, Severity.WARNING, message, (*path, index) if path else (), remedy)


def _is_tcp(port: Port) -> bool:
    return (port.protocol or "tcp").lower() == "tcp"


def _numbers(port: Port) -> Sequence[int]:
    """Docker takes any port where none is given, and a free one of a range."""
    first, _, last = (port.published or "0").partition("-")
    return range(int(first), int(last or first) + 1)


class Publisher:
    """Takes all ports when the block is entered, and lets clients in when their service has started.

    ``tell`` gets the variables of ``--env-out`` once, when every service has started. Ports of a ``pod`` that is named
    are known to this process alone.
    """

    def __init__(
        self,
        target: Target,
        wanted: Iterable[Wanted],
        console: Console,
        tell: Callable[[str], None] | None = None,
        pod: str = "",
    ) -> None:
        self._target, self._wanted, self._console, self._tell = target, tuple(wanted), console, tell
        self._forwards = Forwards(target, pod)
        self._recorded = not pod
        self._bound: list[Forward] = []
        self._stack = ExitStack()
        self._complete = not self._wanted and tell is None

    def __enter__(self) -> Publisher:
        """Raises ``ServiceError`` where a port is taken, ``ClusterError`` where nothing may be forwarded.

        Nothing is made yet then.
        """
        if self._wanted:
            _check_allowed(self._target)
        with ExitStack() as stack:
            stack.enter_context(self._forwards)
            self._bound += map(self._forwards.bind, self._wanted)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def watch(self, decision: Decision) -> None:
        """Opens what has started."""
        if self._complete:
            return
        for forward in self._bound:
            if decision.services[forward.service].started:
                self._forwards.serve(forward)
        if all(view.started or view.ended for view in decision.services.values()):
            self._complete = True
            self._finish(decision)

    def _finish(self, decision: Decision) -> None:
        if self._bound and self._recorded:
            addresses.record(self._target, self._bound)
        for forward in self._bound:
            place = Address(forward.address, forward.number)
            self._console.note(f"{forward.service}: {place} -> {forward.port}/tcp")
        if self._tell is not None:
            self._tell(variables(self._target, decision, self._bound))


def _check_allowed(target: Target) -> None:
    """Raises ``ClusterError`` where the account may not connect to pods: who connects here would not learn why."""
    wanted = [Permission("", "pods/portforward", verb) for verb in ("get", "create")]
    try:
        missing = access.missing(target.api, wanted, target.namespace)
    except ClusterError as error:
        if error.status is None:
            raise
        return  # it may not ask
    # Which of the two is wanted depends on the server's release.
    if missing == wanted:
        raise not_allowed(Missing("", "create", "pods/portforward", target.namespace))


def variables(target: Target, decision: Decision, forwards: Iterable[Forward] = ()) -> str:
    """Where the services are reached, as a file of variables.

    Ports that are forwarded stand with their address here; without any, all services with their names in the cluster.
    """
    places: dict[str, list[tuple[str, Address]]] = {}
    for forward in forwards:
        places.setdefault(forward.service, []).append((str(forward.port), Address(forward.address, forward.number)))
    if not places:
        places = {name: list(_inside(target, name, decision)) for name in decision.services}
    lines = [f"HYBRIDCOMPOSE_PROJECT={target.project}", f"HYBRIDCOMPOSE_NAMESPACE={target.namespace}"]
    for service, ports in sorted(places.items()):
        lines += _of_service(re.sub(r"[^A-Z0-9]", "_", service.upper()), ports)
    return "".join(f"{line}\n" for line in lines)


def _of_service(prefix: str, ports: Sequence[tuple[str, Address]]) -> Iterator[str]:
    if ports:
        yield f"{prefix}_HOST={ports[0][1].host}"
        if ports[0][1].port:
            yield f"{prefix}_PORT={ports[0][1].port}"
    yield from (f"{prefix}_PORT_{name}={address.port}" for name, address in ports if name)


def _inside(target: Target, service: str, decision: Decision) -> Iterator[tuple[str, Address]]:
    """Every port by its number, with its protocol where that is not TCP; a service without ports by no number."""
    pods = decision.services[service].pods
    if not pods:
        return
    host = addresses.host(target, service, pods[0])
    for text in pods[0].ports:
        number, _, protocol = text.partition("/")
        yield number if protocol == "tcp" else f"{number}_{protocol.upper()}", Address(host, int(number))
    if not pods[0].ports:
        yield "", Address(host, 0)
