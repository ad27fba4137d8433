"""Ports of services on this machine: what connects to them is carried into the cluster.

Each connection finds its pod anew, so that it works again after a pod was replaced or the API server was away.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.streams.tunnel import Tunnel
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, ServiceError, Severity
from hybridcompose.engine.containers import find

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.engine.target import Target

LOOPBACK = "127.0.0.1"
#: Connections at a time, each with a thread; more wait until one ends.
AT_A_TIME = 64
#: How long a connection waits for a pod to carry it to.
_PATIENCE = 10.0
_PAUSE = 0.2
_LOOK = 0.5
#: Connections that the system keeps until a thread is free for them.
_WAITING = 128


class Wanted(NamedTuple):
    """A port to open here: one of ``numbers`` (0: any), for a port of a service. ``path`` is where that is written."""

    service: str
    port: int
    address: str = LOOPBACK
    numbers: Iterable[int] = (0,)
    path: ComposePath = ()


class Forward(NamedTuple):
    """A port of a service, and where it is reached here."""

    service: str
    port: int
    address: str
    number: int


class Forwards:
    """Open from ``bind`` and ``serve`` on, until the block is left.

    They lead to the ``pod`` that is named, or else to one of the port's service.
    """

    def __init__(self, target: Target, pod: str = "") -> None:
        self._target, self._pod = target, pod
        self._bound: dict[Forward, socket.socket] = {}
        self._serving: set[Forward] = set()
        self._slots = threading.BoundedSemaphore(AT_A_TIME)
        self._lock = threading.Lock()
        self._open: set[socket.socket | Tunnel] = set()
        self._pods: dict[str, str] = {}
        self._closed = threading.Event()

    def __enter__(self) -> Forwards:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        for listener in self._bound.values():
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # ends the wait of the thread that accepts
            listener.close()
        with self._lock:
            left = list(self._open)
        for one in left:
            with suppress(OSError):
                if isinstance(one, Tunnel):
                    one.interrupt()
                else:
                    one.shutdown(socket.SHUT_RDWR)

    def bind(self, wanted: Wanted) -> Forward:
        """Takes the port; who connects is refused until it is served. Raises ``ServiceError``."""
        failure: OSError | None = None
        for number in wanted.numbers:
            try:
                listener = _bound(wanted.address, number)
            except OSError as error:
                failure = error
                continue
            forward = Forward(wanted.service, wanted.port, wanted.address, listener.getsockname()[1])
            self._bound[forward] = listener
            return forward
        raise _taken(wanted, failure)

    def serve(self, forward: Forward) -> None:
        """Lets clients connect, if they cannot already. Raises ``ServiceError``."""
        if forward in self._serving:
            return
        self._serving.add(forward)
        try:
            self._bound[forward].listen(_WAITING)
        except OSError as error:  # somebody else was faster
            raise _taken(Wanted(forward.service, forward.port, forward.address, (forward.number,)), error) from error
        name = f"forward-{forward.service}-{forward.port}"
        threading.Thread(target=self._accept, args=(forward,), name=name, daemon=True).start()

    def of(self, service: str, port: int) -> Forward:
        """Where a port of a service is reached here; it is opened where that has not been asked before."""
        known = (one for one in self._bound if (one.service, one.port) == (service, port))
        forward = next(known, None) or self.bind(Wanted(service, port))
        self.serve(forward)
        return forward

    def _accept(self, forward: Forward) -> None:
        listener = self._bound[forward]
        while not self._closed.is_set():
            if not self._slots.acquire(timeout=_LOOK):
                continue
            try:
                client, _ = listener.accept()
            except OSError:
                self._slots.release()
                if self._closed.wait(_PAUSE):
                    return
                continue
            threading.Thread(target=self._serve, args=(forward, client), name="forwarded", daemon=True).start()

    def _serve(self, forward: Forward, client: socket.socket) -> None:
        try:
            with client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._carry(forward, client)
        except OSError:
            return  # the client has gone
        finally:
            self._slots.release()

    def _carry(self, forward: Forward, client: socket.socket) -> None:
        end = time.monotonic() + _PATIENCE
        while not self._closed.is_set():
            tunnel = self._tunnel(forward)
            if tunnel is not None:
                with self._lock:
                    self._open |= {tunnel, client}
                try:
                    with tunnel:
                        if not self._closed.is_set():
                            tunnel.carry(client)
                finally:
                    with self._lock:
                        self._open -= {tunnel, client}
                return
            if time.monotonic() > end or self._closed.wait(_PAUSE):
                return

    def _tunnel(self, forward: Forward) -> Tunnel | None:
        """A connection to a pod of the service; ``None`` where there is none at the moment."""
        try:
            pod = self._pod or self._pods.get(forward.service) or find(self._target, forward.service)[1].name
            self._pods[forward.service] = pod
            return Tunnel(self._target.api, self._target.namespace, pod, forward.port)
        except ClusterError:
            self._pods.pop(forward.service, None)
            return None


def _bound(address: str, number: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # After a crash, connections of the last run may still be about to end.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, number))
    except OSError:
        listener.close()
        raise
    return listener


def _taken(wanted: Wanted, error: OSError | None) -> ServiceError:
    numbers = [str(number) for number in wanted.numbers]
    number = numbers[0] if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
    reason = (error.strerror or str(error)).lower() if error else "no port"
    message = f"cannot publish {wanted.service}'s port {wanted.port} on {wanted.address}:{number}: {reason}"
    remedy = "end what uses the port, write another, or choose --publish auto for any that is free"
    return ServiceError([Diagnostic(Code.PORT_TAKEN, Severity.ERROR, message, wanted.path, remedy)])
