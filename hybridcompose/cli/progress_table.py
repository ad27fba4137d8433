"""The images and services of a run as a table that is drawn again and again; everything else is written above it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table as Grid
from rich.text import Text

from hybridcompose.engine.progress import IMAGE, WAITING, Event, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.engine.progress import Output

_SIGNS = {Status.DONE: Text("✔", "green"), Status.ERROR: Text("✘", "red"), Status.WARNING: Text("!", "yellow")}
_OVER = (Status.DONE, Status.ERROR)
#: ``9999.9s``
_SECONDS_WIDTH = 7


@dataclass(slots=True)
class _Row:
    event: Event
    #: When it left the queue, and when it was over.
    begun: float | None = None
    ended: float | None = None
    spinner: Spinner = field(default_factory=lambda: Spinner("dots"))


class Table:
    """Draws while something goes on: until everything that was begun is over, or a build has failed.

    What was drawn last stays; what changes afterwards is a line, or begins the next table.
    """

    def __init__(self, console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._clock = clock
        self._rows: dict[str, _Row] = {}
        self._live: Live | None = None

    def note(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)

    def above(self, line: str) -> bool:
        if self._live is None:
            return False
        self.note(line)
        return True

    def beside(self, line: str) -> None:
        pass

    def tell(self, event: Event | Output) -> None:
        if not isinstance(event, Event):
            return  # what it writes is shown where it fails
        over = event.status in _OVER
        if self._live is None and over:
            self.note(str(event))
            return
        self._keep(event)
        if self._live is None:
            self._live = Live(get_renderable=self._grid, console=self._console, refresh_per_second=8)
            self._live.start()
        failed = event.kind == IMAGE and event.status is Status.ERROR
        if failed or all(row.ended is not None for row in self._rows.values()):
            self.close()

    def close(self) -> None:
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()
            self._rows.clear()

    def _keep(self, event: Event) -> None:
        row = self._rows.setdefault(event.id, _Row(event))
        row.event = event
        now = self._clock()
        again = row.ended is not None and event.status not in _OVER  # it stops, after it had started
        if again or (row.begun is None and event.text != WAITING):
            row.begun = now
        row.ended = (row.ended or now) if event.status in _OVER else None

    def _grid(self) -> Grid:
        # What does not fit is cut from the details, never from the names.
        grid = Grid.grid(padding=(0, 1), expand=True)
        grid.add_column(width=1, min_width=1)
        grid.add_column(no_wrap=True, min_width=max(map(len, self._rows), default=0))
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        grid.add_column(justify="right", no_wrap=True, min_width=_SECONDS_WIDTH)
        for row in self._rows.values():
            event = row.event
            sign = _SIGNS.get(event.status) or (Text(" ") if event.text == WAITING else row.spinner)
            told = escape(f"{event.text}{f'  {event.details}' if event.details else ''}")
            grid.add_row(sign, Text(event.id), told, self._seconds(row))
        return grid

    def _seconds(self, row: _Row) -> str:
        if row.begun is None:
            return ""
        return f"{(self._clock() if row.ended is None else row.ended) - row.begun:.1f}s"
