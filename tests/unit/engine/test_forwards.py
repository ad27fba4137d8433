"""Ports of this machine that lead to a pod, which the test plays."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ServiceError
from hybridcompose.engine.forwards import Forwards, Wanted
from tests.unit.engine.containers import running, target_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cluster.websocket_server import Session

PATH = "/api/v1/namespaces/p/pods/web/portforward"


def _greets(session: Session) -> None:
    """Each channel begins with its port."""
    (port,) = [int(value) for name, value in session.query if name == "ports"]
    for channel in (0, 1):
        session.say(channel, struct.pack("<H", port))


def _echoes(session: Session) -> None:
    """Sends the first 200000 bytes back, and closes."""
    _greets(session)
    data = session.read(200_000)
    for start in range(0, len(data), 50_000):
        session.say(0, data[start : start + 50_000])
    session.hang_up()


def _all(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65_536), b""))


def test_bytes_go_to_the_pod_and_back_though_the_client_sends_no_more(tmp_path: Path) -> None:
    content = bytes(range(250)) * 800
    with running(tmp_path, _echoes, "web") as (api, sessions), Forwards(target_of(api)) as forwards:
        forward = forwards.of("web", 80)
        assert forwards.of("web", 80) == forward
        for _ in range(3):
            with socket.create_connection((forward.address, forward.number), timeout=60) as client:
                client.sendall(content)
                client.shutdown(socket.SHUT_WR)
                assert _all(client) == content
    assert [(session.path, session.query) for session in sessions] == [(PATH, [("ports", "80")])] * 3


def test_what_the_pod_complains_of_ends_the_connection(tmp_path: Path) -> None:
    def refuses(session: Session) -> None:
        _greets(session)
        session.say(1, b"connection refused")

    with running(tmp_path, refuses, "web") as (api, _), Forwards(target_of(api)) as forwards:
        forward = forwards.of("web", 80)
        with socket.create_connection((forward.address, forward.number), timeout=60) as client:
            assert _all(client) == b""


def test_a_port_that_is_taken_is_told_where_it_is_written(tmp_path: Path) -> None:
    with running(tmp_path, _echoes, "web") as (api, _), socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        path = ("services", "web", "ports", 0, "published")
        with Forwards(target_of(api)) as forwards:
            with pytest.raises(ServiceError, match="address already in use") as caught:
                forwards.bind(Wanted("web", 80, numbers=(number,), path=path))
            assert caught.value.diagnostics[0].path == path
            free = forwards.bind(Wanted("web", 80, numbers=(number, 0)))
            assert free.number != number


def test_nobody_is_let_in_before_the_service_runs_nor_afterwards(tmp_path: Path) -> None:
    with running(tmp_path, _echoes, "web") as (api, _):
        with Forwards(target_of(api)) as forwards:
            forward = forwards.bind(Wanted("web", 80))
            place = (forward.address, forward.number)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(place, timeout=60)
            forwards.serve(forward)
            left = socket.create_connection(place, timeout=60)
        # A connection ends with the block: it is closed, or reset where it was not accepted yet.
        with left, suppress(ConnectionResetError):
            assert left.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place, timeout=60)
