"""One TCP connection to a port of a pod: the API server's ``portforward`` over a websocket.

Each connection has a websocket of its own, so that one that breaks takes no other with it. The protocol cannot say that
one direction is at its end: a client that has sent everything and still reads is served until the pod closes.
Source: Kubernetes API, ``pods/portforward``.
"""

from __future__ import annotations

import select
import struct
import time
from typing import TYPE_CHECKING

from hybridcompose.cluster.api import Api, path_of
from hybridcompose.cluster.streams.channels import BrokenConnectionError, Channels

if TYPE_CHECKING:
    import socket

_PROTOCOL = "v4.channel.k8s.io"
_DATA, _ERROR = range(2)
_PIECE = 32_768
#: So much is kept for a client that does not read before no more is fetched.
_KEPT = 1 << 20
#: How long a pod may be silent to a client that has sent everything: nobody says whether that client is still there.
_SILENCE_SECONDS = 30.0


class Tunnel(Channels):
    """Connects a socket with a pod's port. ``problem`` says what the pod's side complains of."""

    def __init__(self, api: Api, namespace: str, pod: str, port: int) -> None:
        path = path_of("Pod", namespace, pod, "portforward")
        super().__init__(api, path, [("ports", str(port))], [_PROTOCOL])
        self._greeted: set[int] = set()
        self._arrived_data = bytearray()
        self.problem = ""

    @property
    def over(self) -> bool:
        return bool(self.problem)

    def taken(self, channel: int, data: bytes) -> None:
        if channel not in self._greeted:
            # Each channel begins with the number of its port.
            self._greeted.add(channel)
            data = data[struct.calcsize("<H") :]
        if channel == _DATA:
            self._arrived_data += data
        elif channel == _ERROR and data:
            self.problem = data.decode(errors="replace")

    def carry(self, client: socket.socket) -> None:
        """Passes everything on in both directions until one side has closed. Raises nothing for how it ends."""
        client.setblocking(False)
        reads, last = True, time.monotonic()
        while not self.over:
            wanted = (select.POLLIN if reads else 0) | (select.POLLOUT if self._arrived_data else 0)
            try:
                client_events, heard = self._events(client, wanted, reads=reads)
                if heard:
                    self.receive(None)
                    last = time.monotonic()
                if client_events & select.POLLOUT and not self._given(client):
                    return
                if client_events & (select.POLLIN | select.POLLHUP | select.POLLERR) and reads:
                    reads = self._sent(client)
            except (BrokenConnectionError, OSError):
                break
            if not reads and time.monotonic() - last > _SILENCE_SECONDS:
                break
        self._give_rest(client)

    def _events(self, client: socket.socket, wanted: int, *, reads: bool) -> tuple[int, bool]:
        """What can be done with the client, and whether something has arrived from the pod."""
        full = len(self._arrived_data) > _KEPT
        poll = select.poll()
        if wanted:
            poll.register(client, wanted)
        pod = self._connection().fileno()
        if not full:
            poll.register(pod, select.POLLIN)
        waiting = not full and self._pending()
        events = dict(poll.poll(0 if waiting else None if reads else 1000))
        return events.get(client.fileno(), 0), waiting or pod in events

    def _sent(self, client: socket.socket) -> bool:
        """Passes on what the client has sent; ``False`` where it sends no more."""
        data = client.recv(_PIECE)
        if data:
            self.send(_DATA, data)
        return bool(data)

    def _given(self, client: socket.socket) -> bool:
        """Gives the client what has arrived; ``False`` where it takes no more."""
        try:
            del self._arrived_data[: client.send(self._arrived_data[:_PIECE])]
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    def _give_rest(self, client: socket.socket) -> None:
        """The pod has closed: what arrived before is the client's."""
        client.settimeout(_SILENCE_SECONDS)
        try:
            client.sendall(self._arrived_data)
        except OSError:
            return
