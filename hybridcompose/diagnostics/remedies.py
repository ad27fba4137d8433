"""What to write instead: remedies out of messages, and names that were probably meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Where a message ends and its remedy begins, and the word that the remedy begins with.
_PARTS: Final = (("; ", ""), (": write ", "write "), (": use ", "use "))


def parted(text: str) -> tuple[str, str | None]:
    """The message and the remedy of ``what is wrong; what to write`` (or ``…: write …``, ``…: use …``)."""
    for separator, word in _PARTS:
        message, found, remedy = text.rpartition(separator)
        if found:
            return message, f"{word}{remedy}"
    return text, None


def meant(name: str, known: Iterable[str]) -> str | None:
    """``did you mean NAME?`` for the one of ``known`` that is close to ``name``."""
    candidates = {_plain(candidate): candidate for candidate in known}
    import difflib  # only a mistake needs it

    close = difflib.get_close_matches(_plain(name), candidates, n=1, cutoff=0.6) if len(name) < _LONG else []
    return f"did you mean {candidates[close[0]]}?" if close else None


#: Nobody misspells a name as long as this.
_LONG: Final = 100


def _plain(name: str) -> str:
    """A name as this vocabulary writes it: ``dependsOn``, ``depends-on`` and ``DEPENDS_ON`` are ``depends_on``."""
    snake = name if name.isupper() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return snake.lower().replace("-", "_")
