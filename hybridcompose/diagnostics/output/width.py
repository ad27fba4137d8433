"""How many cells of a terminal a text takes, and text that does no harm to one."""

from __future__ import annotations

TAB = 4
# Line breaks, tabs, and what joins the parts of an emoji or of a word.
_KEPT = "\n\t\u200c\u200d"


def cells(character: str) -> int:
    """0 for a combining mark, 2 for a wide character, else 1."""
    if character.isascii():
        return 1
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def width(text: str) -> int:
    """The cells of a text without tabs."""
    return len(text) if text.isascii() else sum(cells(character) for character in text)


def expand_tabs(text: str, start: int = 0) -> str:
    """``text`` with its tabs as spaces, where it begins at cell ``start``."""
    if "\t" not in text:
        return text
    expanded = ""
    at = start
    for character in text:
        piece = " " * (TAB - at % TAB) if character == "\t" else character
        expanded += piece
        at += width(piece)
    return expanded


def harmless(text: str) -> str:
    """``text`` without control characters: what a file holds must not steer the terminal. Line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    return character if character.isprintable() or character in _KEPT else "\ufffd"
