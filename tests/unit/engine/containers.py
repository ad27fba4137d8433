"""Containers that run, of services of a project called ``p``: their programs are played by the test."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hybridcompose.engine.target import Target
from tests.unit.cluster.websocket_server import Session, serve_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hybridcompose.cluster.api import Api


def target_of(api: Api) -> Target:
    return Target(api, "p", "p")


def pod(name: str, *, ports: tuple[int, ...] = (), address: str = "10.0.0.1") -> dict[str, Any]:
    """A running pod of the service that its name begins with."""
    service = name.partition("-")[0]
    labels = {"hybridcompose.io/project": "p", "hybridcompose.io/service": service}
    container = {"name": service, "image": "i", "ports": [{"containerPort": port} for port in ports]}
    status = {"name": service, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}
    return {
        "metadata": {"name": name, "uid": name, "labels": labels, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"containers": [container]},
        "status": {"phase": "Running", "podIP": address, "containerStatuses": [status]},
    }


@contextmanager
def running(
    directory: Path, program: Callable[[Session], None], *pods: str | dict[str, Any]
) -> Iterator[tuple[Api, list[Session]]]:
    """An API server with these pods; other lists hold them, too, which does not matter."""
    items = [pod(one) if isinstance(one, str) else one for one in pods]
    body = json.dumps({"metadata": {"name": "p", "uid": "p"}, "involvedObject": {}, "items": items})
    with serve_programs(directory, program, body.encode) as served:
        yield served


def real_program(session: Session) -> None:
    """Runs the command on this machine."""
    with subprocess.Popen(
        session.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    ) as process:
        assert process.stdin is not None
        reading = threading.Thread(target=_outputs, args=(session, process))
        reading.start()
        try:
            if ("stdin", "true") in session.query:
                process.stdin.write(session.read_all())
            process.stdin.close()
        except BrokenPipeError:
            pass
        reading.join()
    session.end(process.returncode)


def _outputs(session: Session, process: subprocess.Popen[bytes]) -> None:
    for channel, stream in ((1, process.stdout), (2, process.stderr)):
        while stream is not None and (data := stream.read(60_000)):
            session.say(channel, data)
