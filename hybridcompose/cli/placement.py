"""A command's options may stand before it: ``hybridcompose -f compose.yml --registry … render``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    #: The command of a name, ``None`` where there is none.
    Find = Callable[[str], click.Command | None]


def behind_command(
    words: Sequence[str], own: Sequence[click.Parameter], commands: Collection[str], find: Find
) -> list[str]:
    """``words`` with what the command knows, and the program does not, moved behind the command's name.

    What nobody knows stays where it is, for the parser to say so.
    """
    moved: list[str] = []
    kept: list[str] = []
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] not in ("-", "--"):
        target = kept
        width = _width(words[at], own)
        if width is None:
            command = next((word for word in words[at + 1 :] if word in commands), "")
            found = find(command) if command else None
            width, target = _width(words[at], found.params) if found is not None else None, moved
        if width is None:
            return list(words)
        target += words[at : at + width]
        at += width
    return [*kept, *words[at : at + 1], *moved, *words[at + 1 :]]


def _width(word: str, parameters: Sequence[click.Parameter]) -> int | None:
    """How many words an option takes with its value; ``None`` where it is none of ``parameters``."""
    name, joined, _ = word.partition("=") if word.startswith("--") else (word, "", "")
    options = {opt: option for option in parameters if isinstance(option, click.Option) for opt in option.opts}
    if name in options:
        return 1 if joined or options[name].is_flag else 2
    if not word.startswith("--") and word[:2] in options:
        return 1  # -fcompose.yml
    return 1 if name in ("-h", "--help", "--version") else None
