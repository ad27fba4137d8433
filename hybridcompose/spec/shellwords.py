"""Splits a command given as one string into words, as the reference does.

The grammar is go-shellwords': quotes and backslashes, no variables, and an end at the first unquoted
``; & | < >``. It is not a shell's and not ``shlex``'s. Source: Compose Specification, "command".
"""

from __future__ import annotations


def split(line: str) -> list[str]:
    """The words of ``line``. Raises ``ValueError`` where the reference refuses the line."""
    raise NotImplementedError(line)


def command_of(value: object) -> object:
    """The ``command`` forms (null, string, list of strings) as an argument vector."""
    if isinstance(value, str):
        return tuple(split(value))
    if isinstance(value, list):
        return tuple(value)
    return value
