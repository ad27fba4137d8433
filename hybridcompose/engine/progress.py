"""What a run tells while it goes on: events, for who draws them in a terminal or writes them down in CI."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.views import BuildView, ServiceView
    from hybridcompose.engine.target import Console

IMAGE, SERVICE = "image", "service"


class Status(StrEnum):
    """How something stands, in the words of Docker Compose's ``--progress json``."""

    WORKING = "Working"
    DONE = "Done"
    WARNING = "Warning"
    ERROR = "Error"


class Event(NamedTuple):
    """An image or a service (``kind``) stands otherwise than before.

    ``text`` says how in a few words, ``details`` more of it: a step of the build, a digest. ``current`` of ``total``
    bytes are sent where that is what goes on.
    """

    kind: str
    name: str
    text: str
    status: Status = Status.WORKING
    details: str = ""
    current: int = 0
    total: int = 0

    @property
    def id(self) -> str:
        return f"image of {self.name}" if self.kind == IMAGE else f"{self.kind} {self.name}"

    def __str__(self) -> str:
        return f"{self.id}: {self.text}{f', {self.details}' if self.details else ''}"


class Output(NamedTuple):
    """A line that the build of an image has written."""

    name: str
    line: str


class Progress:
    """Tells what changed between two decisions."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: dict[tuple[str, str], Event] = {}

    def show(self, decision: Decision) -> None:
        for build in decision.builds:
            self._tell(build_event(build, known=(IMAGE, build.image.title) in self._told))
        for name, view in decision.services.items():
            state = service_state(view)
            if state:
                done = view.ended or (view.healthy if view.service.health else view.started)
                self._tell(Event(SERVICE, name, state, Status.DONE if done else Status.WORKING))

    def _tell(self, event: Event) -> None:
        key = (event.kind, event.name)
        if self._told.get(key) != event:
            self._told[key] = event
            self._console.tell(event)


def build_event(view: BuildView, *, known: bool) -> Event:
    """How a build stands; ``known`` says that this run has seen it before it was done."""
    name = view.image.title
    if view.done:
        return Event(IMAGE, name, "built" if known else "there already", Status.DONE, view.digest)
    if view.trouble is not None:
        return Event(IMAGE, name, "failed", Status.ERROR)
    return Event(IMAGE, name, "building" if view.building else "starting" if view.made else "waiting")


def service_state(view: ServiceView) -> str:
    """Where a service stands, in one word or two; empty before it is made."""
    if view.ended:
        return f"exited with code {view.exit_code}"
    if view.healthy:
        return "healthy" if view.service.health else "running"
    if view.started:
        return "starting" if view.service.health else "started"
    return "created" if view.made else ""
