"""A TCP proxy that breaks connections, as networks do."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


#: Seconds in which a thread whose connections have ended ends.
_PATIENCE = 10


class Proxy:
    """Passes everything on to ``target``; a connection ends at once where ``cuts`` says so.

    ``cuts(sent, received)`` is asked with the bytes that a connection has passed on in each direction; ``count`` is
    how many connections it has ended.
    """

    def __init__(self, target: tuple[str, int], cuts: Callable[[int, int], bool]) -> None:
        self._target, self._cuts = target, cuts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.count = 0
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def cut_all(self) -> None:
        """Ends every connection that is open now."""
        for connection in self._open:
            _end(connection)

    def close(self) -> None:
        _end(self._listener)
        self._listener.close()
        acceptor, *_ = self._threads
        acceptor.join(_PATIENCE)
        self.cut_all()
        for thread in self._threads:
            thread.join(_PATIENCE)
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                self._open += [near, far]
                passed = {near: 0, far: 0}
                for source, sink in ((near, far), (far, near)):
                    self._start(self._pass, source, sink, near, passed)

    def _pass(
        self, source: socket.socket, sink: socket.socket, near: socket.socket, passed: dict[socket.socket, int]
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                passed[source] += len(data)
                received = next(count for end, count in passed.items() if end is not near)
                if self._cuts(passed[near], received):
                    self.count += 1
                    break
                sink.sendall(data)
        _end(source)
        _end(sink)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(target: tuple[str, int], cuts: Callable[[int, int], bool]) -> Iterator[Proxy]:
    proxy = Proxy(target, cuts)
    try:
        yield proxy
    finally:
        proxy.close()


def after(sent: int, *, times: int) -> Callable[[int, int], bool]:
    """A rule: the first ``times`` connections that have sent so many bytes end there."""
    left = threading.Semaphore(times)
    return lambda passed, _: passed >= sent and left.acquire(blocking=False)
