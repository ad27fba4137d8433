"""Reads what Kaniko writes: which step of the Dockerfile runs, and what it has written since it began. Pure.

Kaniko writes its own lines as ``INFO[0003] …``, the text of an instruction among them when it begins; everything else
is a step's output. The maintained fork and Google's releases do so alike.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hybridcompose.plan import BuildStep

#: Last lines of a step's output that are kept.
KEPT = 20
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_OWN = re.compile(r"(?:TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[\d+\] ?(.*)")
_EXIT = re.compile(r"failed to execute command: .*exit status (\d+)")


class BuildLog:
    """One build's log, line by line."""

    def __init__(self, steps: Sequence[BuildStep]) -> None:
        self._steps = steps
        self._texts = [_plain(step.text) for step in steps]
        self._logged = [_plain(step.logged or step.text) for step in steps]
        self._index: int | None = None
        #: What the step that runs has written, and what the builder has said last.
        self.output: deque[str] = deque(maxlen=KEPT)
        self.last = ""
        self._failed_with: int | None = None

    @property
    def step(self) -> BuildStep | None:
        """The step that was begun last."""
        return None if self._index is None else self._steps[self._index]

    @property
    def progress(self) -> str:
        """That step, and which of how many it is."""
        return "" if self._index is None else f"[{self._index + 1}/{len(self._steps)}] {self._texts[self._index]}"

    @property
    def exit_code(self) -> int | None:
        """What the program of the step that failed has exited with; ``None`` where something else went wrong."""
        return self._failed_with

    def take(self, written: str) -> str:
        """Notes a line down; returns it without colours."""
        line = _ESCAPES.sub("", written).rstrip()
        own = _OWN.match(line)
        if own is None:
            failed = _EXIT.search(line)
            if failed is not None:
                self._failed_with = int(failed[1])
            elif line.strip():
                self.output.append(line)
            self.last = line.strip() or self.last
        else:
            self._begin(_plain(own[1]))
        return line

    def _begin(self, text: str) -> None:
        start = 0 if self._index is None else self._index + 1
        order = (*range(start, len(self._texts)), *range(start))
        found = next((index for index in order if self._logged[index] == text), None)
        if found is not None:
            self._index = found
            self.output.clear()

    def step_of(self, image: str) -> BuildStep | None:
        """The step that names an image."""
        return next((step for step in self._steps if image in step.text.split()), None)


def _plain(text: str) -> str:
    return " ".join(text.split())
