"""What anchors of a YAML file stand for, and how far aliases may repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Anchor:
    """What an alias stands for. ``resets`` are relative to it; ``open`` while it is still being read."""

    __slots__ = ("height", "open", "resets", "size", "tag", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self.tag: str | None = None
        self.size = 1
        self.height = 0
        self.resets: tuple[tuple[str, ...], ...] = ()
        self.open = True


def is_bomb(grown: int, size: int) -> bool:
    """Whether too much of a document of ``size`` values comes from aliases: the reference's guard, and its numbers."""
    low, high = 400_000, 4_000_000
    allowed = 0.99 - 0.89 * (min(max(size, low), high) - low) / (high - low)
    return grown > 100 and size > 1000 and grown > size * allowed


def undefined(name: str, known: Iterable[str]) -> str:
    """What to write instead of an alias of nothing."""
    import difflib  # only a mistake needs it

    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"write *{close[0]}"
    text = "" if name.isidentifier() else ", or put quotes around a value that begins with *"
    return f"define it with &{name} before its first use{text}"
