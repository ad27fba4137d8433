"""Lines that belong together in a group that the page of a CI system folds: each build, and each phase of a run."""

from __future__ import annotations

import re
import secrets
import time
from collections import deque
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cli.progress import Plain
from hybridcompose.cli.streams import say
from hybridcompose.engine.progress import IMAGE, NAMESPACE, REMOVED, SERVICE, STOPPING, Event, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hybridcompose.engine.progress import Output

#: Last lines of a service that has failed which are shown once more, outside of the group.
_KEPT = 20
#: Lines of all services that these are looked for in.
_REMEMBERED = 500


class System(NamedTuple):
    """How a CI system folds lines: what stands before and after them, and lines that must not be taken for commands.

    ``begin`` takes the title, and whether the group is closed until somebody opens it, where that can be chosen.
    """

    variable: str
    begin: Callable[[str, bool], str]
    end: Callable[[str], str]
    quoted: Callable[[Iterable[str]], str]

    def fold(self, title: str, lines: Iterable[str]) -> str:
        """A whole group."""
        return f"{self.begin(title, True)}{self.quoted(lines)}{self.end(title)}"


class Grouped(Plain):
    """As plain lines, but what a build writes appears when it ends: builds run at the same time."""

    def __init__(self, system: System, write: Callable[[str], None] = say) -> None:
        super().__init__(write)
        self._system = system
        self._lines: dict[str, list[str]] = {}

    def output(self, output: Output) -> None:
        self._lines.setdefault(output.name, []).append(output.line)

    def tell(self, event: Event | Output) -> None:
        over = isinstance(event, Event) and event.kind == IMAGE and event.status in (Status.DONE, Status.ERROR)
        if over:
            self._show(event.name)
        super().tell(event)

    def close(self) -> None:
        for name in sorted(self._lines):
            self._show(name)

    def _show(self, name: str) -> None:
        lines = self._lines.pop(name, [])
        if lines:
            self._write_build(self._system.fold(f"output of the build of {name}", lines))

    def _write_build(self, text: str) -> None:
        self._write(text)


class Phase(IntEnum):
    """What a run is doing, in this order."""

    START = 1
    OUTPUT = 2
    CLEANUP = 3

    @property
    def title(self) -> str:
        return {Phase.START: "start of the services", Phase.OUTPUT: "output of the services"}.get(self, "clean-up")


class Phased(Grouped):
    """Each phase of a run is a group, too, while it goes on. What went wrong stands outside, and so does every note."""

    def __init__(self, system: System, write: Callable[[str], None] = say) -> None:
        super().__init__(system, write)
        self._phase = Phase.START
        self._open = ""
        self._titles: dict[str, int] = {}
        self._last: deque[str] = deque(maxlen=_REMEMBERED)

    def note(self, line: str) -> None:
        self._leave()
        super().note(line)

    def show(self, event: Event) -> None:
        if event.kind == IMAGE or event.status is Status.ERROR:
            self._leave()
        else:
            self._enter(_phase_of(event))
        self._write(f"{event}\n")
        if event.kind == SERVICE and event.status is Status.ERROR:
            self._repeat(event.name)

    def beside(self, line: str) -> None:
        self._enter(Phase.OUTPUT)
        self._last.append(line)

    def close(self) -> None:
        super().close()
        self._leave()

    def _write_build(self, text: str) -> None:
        self._leave()  # groups of GitHub do not stand in one another
        super()._write_build(text)

    def _enter(self, phase: Phase) -> None:
        """Begins a phase. What belongs to an earlier one stays where the run is."""
        if self._open and phase <= self._phase:
            return
        self._leave()
        self._phase = max(phase, self._phase)
        title = self._phase.title
        self._titles[title] = number = self._titles.get(title, 0) + 1
        self._open = title if number == 1 else f"{title} ({number})"
        # What services write is what the run is for: it is shown where a group can be.
        self._write(self._system.begin(self._open, self._phase is not Phase.OUTPUT))

    def _leave(self) -> None:
        if self._open:
            title, self._open = self._open, ""
            self._write(self._system.end(title))

    def _repeat(self, service: str) -> None:
        """The last lines of a service, which are easily missed in a group that is closed."""
        own = re.compile(rf"(?:\x1b\[\d+m)?{re.escape(service)}-\d+ +\| ")
        for line in [line for line in self._last if own.match(line)][-_KEPT:]:
            self._write(f"{line}\n")


def _phase_of(event: Event) -> Phase:
    return Phase.CLEANUP if event.kind == NAMESPACE or event.text in (STOPPING, REMOVED) else Phase.START


def folding(environment: Mapping[str, str]) -> System | None:
    """How the CI system that this runs in folds lines; ``None`` where none is known."""
    return next((system for system in (GITHUB, GITLAB) if environment.get(system.variable) == "true"), None)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _without_commands(lines: Iterable[str]) -> str:
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{_text(lines)}::{token}::\n"


#: Source: GitHub's "Workflow commands".
GITHUB = System("GITHUB_ACTIONS", lambda title, _: f"::group::{title}\n", lambda _: "::endgroup::\n", _without_commands)


def _mark(what: str, title: str, options: str = "") -> str:
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", title)
    return f"\x1b[0Ksection_{what}:{int(time.time())}:{name}{options}\r\x1b[0K"


#: Source: GitLab's "Job logs", "Custom collapsible sections".
GITLAB = System(
    "GITLAB_CI",
    lambda title, closed: f"{_mark('start', title, '[collapsed=true]' if closed else '')}{title}\n",
    lambda title: f"{_mark('end', title)}\n",
    _text,
)
