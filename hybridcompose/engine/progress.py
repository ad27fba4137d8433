"""What a run tells while it goes on: events, for who draws them in a terminal or writes them down in CI."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.views import BuildView, ServiceView
    from hybridcompose.engine.target import Console

#: Of what is not begun yet, of what ends, and of what is not there any more.
WAITING, STOPPING, REMOVED = "waiting", "stopping", "removed"
IMAGE, SERVICE, NAMESPACE = "image", "service", "namespace"


class Status(StrEnum):
    """How something stands, in the words of Docker Compose's ``--progress json``."""

    WORKING = "Working"
    DONE = "Done"
    WARNING = "Warning"
    ERROR = "Error"


class Event(NamedTuple):
    """An image, a service or a namespace (``kind``) stands otherwise than before.

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
            told = self._told.get((IMAGE, build.image.title))
            self._tell(build_event(build, known=told is not None and told.text != WAITING))
        for name, view in decision.services.items():
            self._tell(Event(SERVICE, name, service_state(view) or WAITING, _status(view)))

    def _tell(self, event: Event) -> None:
        key = (event.kind, event.name)
        if self._told.get(key) != event:
            self._told[key] = event
            self._console.tell(event)


def tell_services(console: Console, names: Iterable[str], text: str, status: Status = Status.DONE) -> None:
    """Tells the same of several services."""
    for name in names:
        console.tell(Event(SERVICE, name, text, status))


def _status(view: ServiceView) -> Status:
    if view.ended:
        return Status.ERROR if view.exit_code else Status.DONE
    return Status.DONE if (view.healthy if view.service.health else view.started) else Status.WORKING


def build_event(view: BuildView, *, known: bool) -> Event:
    """How a build stands; ``known`` says that this run has seen it before it was done."""
    name = view.image.title
    if view.done:
        return Event(IMAGE, name, "built" if known else "there already", Status.DONE, view.digest)
    if view.trouble is not None:
        return Event(IMAGE, name, "failed", Status.ERROR)
    return Event(IMAGE, name, "building" if view.building else "starting" if view.made else WAITING)


def service_state(view: ServiceView) -> str:
    """Where a service stands, in one word or two; empty before it is made."""
    if view.ended:
        return f"exited with code {view.exit_code}"
    if view.healthy:
        return "healthy" if view.service.health else "running"
    if view.started:
        return "starting" if view.service.health else "started"
    return "created" if view.made else ""
