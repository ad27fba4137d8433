"""How often a context is sent, and what ends the tries."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.cluster.state import PodState
from hybridcompose.cluster.steps import Send
from hybridcompose.diagnostics import BuildError, Code
from hybridcompose.engine import context_stream
from hybridcompose.engine.context_stream import TRIES, ContextStream, StoppedError
from hybridcompose.engine.target import target
from hybridcompose.plan import BuiltImage, KubeName, ResourceKey
from tests.unit.cluster.streams.test_upload import CONTENT, context, receives
from tests.unit.cluster.websocket_server import Session, serve_programs
from tests.unit.engine.namespaces import Lines

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_stream, "_PAUSE", 0.001)


def pod(**state: Any) -> bytes:
    containers = [{"name": "kaniko", "image": "k"}]
    spec = {"initContainers": [{"name": "receive-context", "image": "b"}], "containers": containers}
    status = {"initContainerStatuses": [{"name": "receive-context", "state": state}]} if state else {}
    return json.dumps({"metadata": {"name": "build-web-x", "uid": "u"}, "spec": spec, "status": status}).encode()


class Receiver:
    """Breaks off so many times, then receives."""

    def __init__(self, breaks: int) -> None:
        self.breaks = breaks

    def __call__(self, session: Session) -> None:
        if self.breaks:
            self.breaks -= 1
            session.read(1_000_000)
            session.cut()
        else:
            receives(session)


def run(
    directory: Path, receiver: Any, state: bytes = pod(running={}), *, now: bytes | None = None, stopped: bool = False
) -> tuple[list[str], int]:
    """The lines that were told, and how often a stream was begun."""
    console, event = Lines(), threading.Event()
    image = BuiltImage("web", "r", "r", ResourceKey("Job", KubeName("build-web")), context(now=now))
    if stopped:
        event.set()
    with serve_programs(directory, receiver, lambda: state) as (api, sessions):
        assert image.context is not None
        step = Send(image, image.context, PodState("build-web-x", "u", "Pending", ()))
        ContextStream(target(api, "demo"), step, console, event).run()
        return console.notes, len(sessions)


def test_a_broken_stream_begins_again_and_arrives(tmp_path: Path) -> None:
    lines, streams = run(tmp_path, Receiver(2))
    assert streams == 3
    assert lines[0] == f"image of web: sending its context, {len(CONTENT) / (1 << 20):.1f} MiB"
    assert sum("again from the beginning" in line for line in lines) == 2
    assert lines[-1] == "image of web: its context has arrived"


def test_the_tries_are_limited(tmp_path: Path) -> None:
    receiver = Receiver(100)
    with pytest.raises(BuildError) as caught:
        run(tmp_path, receiver)
    assert 100 - receiver.breaks == TRIES
    (found,) = caught.value.diagnostics
    assert (found.code, found.path) == (Code.BUILD_FAILED, ("services", "web", "build", "context"))
    assert caught.value.exit_code == 20


def test_a_receiver_that_has_everything_is_believed_though_the_connection_broke(tmp_path: Path) -> None:
    lines, streams = run(tmp_path, Receiver(1), pod(terminated={"exitCode": 0}))
    assert streams == 1
    assert lines[-1] == "image of web: its context has arrived"


def test_a_receiver_that_has_given_up_gets_no_second_stream(tmp_path: Path) -> None:
    receiver = Receiver(100)
    with pytest.raises(BuildError):
        run(tmp_path, receiver, pod(terminated={"exitCode": 1}))
    assert receiver.breaks == 99


def test_a_file_that_has_changed_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="has changed since it was read") as caught:
        run(tmp_path, Receiver(0), now=CONTENT[::-1])
    assert caught.value.diagnostics[0].remedy


def test_a_run_that_is_over_sends_nothing_more(tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        run(tmp_path, Receiver(0), stopped=True)
