"""The lines of each build together, in a group that the page of a CI system folds."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cli.progress import Plain
from hybridcompose.cli.streams import say
from hybridcompose.engine.progress import IMAGE, Event, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hybridcompose.engine.progress import Output


class Grouped(Plain):
    """As plain lines, but what a build writes appears when it ends: builds run at the same time."""

    def __init__(self, fold: Callable[[str, Iterable[str]], str], write: Callable[[str], None] = say) -> None:
        super().__init__(write)
        self._fold = fold
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
            self._write(self._fold(f"output of the build of {name}", lines))


def folding(environment: Mapping[str, str]) -> Callable[[str, Iterable[str]], str] | None:
    """How the CI system that this runs in folds lines; ``None`` where none is known."""
    return next((system.fold for system in _SYSTEMS if environment.get(system.variable) == "true"), None)


def github(title: str, lines: Iterable[str]) -> str:
    """Source: GitHub's "Workflow commands". What a build writes must not give commands, so they are off inside."""
    token = secrets.token_hex(16)
    body = "".join(f"{line}\n" for line in lines)
    return f"::group::{title}\n::stop-commands::{token}\n{body}::{token}::\n::endgroup::\n"


def gitlab(title: str, lines: Iterable[str]) -> str:
    """Source: GitLab's "Job logs", "Custom collapsible sections"."""
    name, now = re.sub(r"[^A-Za-z0-9_.-]", "_", title), int(time.time())
    body = "".join(f"{line}\n" for line in lines)
    return (
        f"\x1b[0Ksection_start:{now}:{name}[collapsed=true]\r\x1b[0K{title}\n"
        f"{body}\x1b[0Ksection_end:{now}:{name}\r\x1b[0K\n"
    )


class _System(NamedTuple):
    variable: str
    fold: Callable[[str, Iterable[str]], str]


_SYSTEMS = (_System("GITHUB_ACTIONS", github), _System("GITLAB_CI", gitlab))
