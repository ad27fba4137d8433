"""How a run's progress is shown: drawn in a terminal, else as lines, which a CI system may fold, or as JSON."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

import click

from hybridcompose.cli.streams import say
from hybridcompose.engine.progress import IMAGE, WAITING, Event, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hybridcompose.engine.progress import Output

FORMS = ("auto", "tty", "plain", "json", "quiet")
#: How often it is written down how far a stream is.
_SECONDS = 5.0


class Display(Protocol):
    """Shows notes and events. No two calls come at the same time."""

    def note(self, line: str) -> None: ...

    def tell(self, event: Event | Output) -> None: ...

    def above(self, line: str) -> bool:
        """Shows a line of the result where something is drawn that it would run through; says whether it did."""

    def beside(self, line: str) -> None:
        """A line of the result comes next, on standard output."""

    def close(self) -> None: ...


class Quiet:
    """Shows nothing."""

    def note(self, line: str) -> None:
        pass

    def tell(self, event: Event | Output) -> None:
        pass

    def above(self, line: str) -> bool:
        return False

    def beside(self, line: str) -> None:
        pass

    def close(self) -> None:
        pass


class Plain(Quiet):
    """A line for each thing that happens, and each line of a build behind the image's name."""

    def __init__(self, write: Callable[[str], None] = say, clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._texts: dict[str, str] = {}
        self._sent: dict[str, float] = {}

    def note(self, line: str) -> None:
        self._write(f"{line}\n")

    def tell(self, event: Event | Output) -> None:
        if not isinstance(event, Event):
            self.output(event)
        elif self._is_news(event):
            self.show(event)

    def show(self, event: Event) -> None:
        """Says what is news."""
        self.note(str(event))

    def output(self, output: Output) -> None:
        self.note(f"{output.name} | {output.line}")

    def _is_news(self, event: Event) -> bool:
        if event.total and not self._is_time(event.id):
            return False
        if event.status is Status.WORKING and (self._texts.get(event.id) == event.text or _is_untold(event)):
            return False  # further details stand in the build's own lines
        self._texts[event.id] = event.text
        return True

    def _is_time(self, name: str) -> bool:
        """Whether how much is sent has not been told for a while; the first time is no news."""
        now = self._clock()
        if now - self._sent.setdefault(name, now) < _SECONDS:
            return False
        self._sent[name] = now
        return True


def _is_untold(event: Event) -> bool:
    """Whether it goes without saying where lines are written."""
    return event.text == WAITING or (event.kind == IMAGE and event.text == "starting")


class JsonLines(Quiet):
    """An object a line, with the keys of Docker Compose's ``--progress json``."""

    def __init__(self, write: Callable[[str], None] = say) -> None:
        self._write = write

    def note(self, line: str) -> None:
        self._object(text=line)

    def tell(self, event: Event | Output) -> None:
        if not isinstance(event, Event):
            self._object(id=f"{IMAGE} of {event.name}", status=Status.WORKING.value, text="output", details=event.line)
            return
        percent = 100 * event.current // event.total if event.total else 0
        self._object(
            id=event.id,
            status=event.status.value,
            text=event.text,
            details=event.details,
            current=event.current,
            total=event.total,
            percent=percent,
        )

    def _object(self, **fields: Any) -> None:
        import json

        self._write(f"{json.dumps({name: value for name, value in fields.items() if value})}\n")


def chosen(
    form: str, environment: Mapping[str, str] = os.environ, *, quiet: bool = False, phases: bool = False
) -> Display:
    """The display of a form of ``--progress``; ``auto`` draws where standard error is a terminal that can move.

    ``phases``: a whole run is shown, which has some.
    """
    if quiet or form == "quiet":
        return Quiet()
    if form == "json":
        return JsonLines()
    if form == "tty" or (form == "auto" and _is_terminal(environment)):
        from hybridcompose.cli.progress_table import Table

        return Table()
    from hybridcompose.cli.progress_groups import Grouped, Phased, folding

    system = folding(environment)
    if system is None:
        return Plain()
    return Phased(system) if phases else Grouped(system)


def _is_terminal(environment: Mapping[str, str]) -> bool:
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    return is_terminal and environment.get("TERM") != "dumb" and environment.get("CI") != "true"


progress_option = click.option(
    "--progress",
    type=click.Choice(FORMS),
    default="auto",
    show_default=True,
    envvar="COMPOSE_PROGRESS",
    help="Show progress drawn (tty), as lines, as JSON, or not at all; auto draws in a terminal.",
)
