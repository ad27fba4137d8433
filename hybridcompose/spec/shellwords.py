"""Splits a command given as one string into words, as the reference does.

The grammar is go-shellwords': quotes and backslashes, no variables, and an end at the first unquoted
``; & | < >``. It is not a shell's and not ``shlex``'s. Source: Compose Specification, "command".
"""

from __future__ import annotations

from hybridcompose.spec.scalars import refuse_timestamp

_SPACES = " \t\r\n"
_ENDS = ";&|<>"
_ESCAPES = {"n": "\n", "t": "\t"}


def split(line: str) -> list[str]:
    """The words of ``line`` up to the first unquoted ``; & | < >``. Raises ``ValueError`` where the reference does."""
    return _Splitter(line).words


def truncated(line: str) -> str | None:
    """The part of ``line`` that is lost from its first unquoted ``; & | < >`` on, or ``None``."""
    return line[_Splitter(line).end :] or None


def command_of(value: object) -> object:
    """The ``command`` forms (null, string, list of strings) as an argument vector."""
    refuse_timestamp(value)
    if isinstance(value, str):
        return tuple(split(value))
    if isinstance(value, list):
        return tuple(value)
    return value


class _Splitter:
    """One pass over a line. Quotes (``'``, ``"``) disappear; backquotes and ``$( )`` stay and only hold together."""

    def __init__(self, line: str) -> None:
        self.words: list[str] = []
        self.word: list[str] = []
        self.started = False  # an empty pair of quotes is a word
        self.quote = ""
        self.backquoted = False
        self.parenthesised = False
        self.begin = 0  # of the word
        self.end = len(line)  # of the command
        self.run(line)

    @property
    def held(self) -> bool:
        """Whether a blank or an end character here is part of the word."""
        return bool(self.quote) or self.backquoted or self.parenthesised

    def run(self, line: str) -> None:
        escaped = False
        for position, char in enumerate(line):
            if escaped:
                self.escape(char)
                escaped = False
            elif char == "\\":
                escaped = self.quote != "'"
                if not escaped:
                    self.word.append(char)
            elif char in _SPACES:
                self.space(position, char)
            elif char in _ENDS and not self.held:
                self.stop(position, char)
                break
            elif char in "'\"":
                self.toggle_quote(char)
            else:
                self.bracket(char)
                self.add(char)
        if escaped or self.held:
            raise ValueError(
                "invalid command: a quote, a parenthesis or a last backslash is open; close the quote, or write a list"
            )
        self.finish()

    def add(self, char: str) -> None:
        self.word.append(char)
        self.started = True

    def escape(self, char: str) -> None:
        """A character behind a backslash, which stays where a shell would run something."""
        held = self.backquoted or self.parenthesised
        self.add(f"\\{char}" if held else _ESCAPES.get(char, char))

    def space(self, position: int, char: str) -> None:
        if self.held:
            self.word.append(char)
        else:
            self.finish()
            self.begin = position + 1

    def toggle_quote(self, char: str) -> None:
        if self.parenthesised or self.backquoted or self.quote not in ("", char):
            self.add(char)
        elif self.quote:
            self.quote = ""
            self.started = True
        else:
            self.quote = char

    def bracket(self, char: str) -> None:
        """Follow backquotes and parentheses, which count only outside quotes and each other."""
        if self.quote:
            return
        if char == "`" and not self.parenthesised:
            self.backquoted = not self.backquoted
        elif char in "()" and not self.backquoted:
            opens = char == "(" and self.word[-1:] == ["$"] and self.word[-2:-1] != ["\\"]
            if self.parenthesised == opens or (char == "(" and not opens):
                raise ValueError(
                    "invalid command: an unquoted parenthesis; write it in quotes, or the command as a list"
                )
            self.parenthesised = opens

    def stop(self, position: int, char: str) -> None:
        """End the command; the number of a redirected stream (``2>``) is no word."""
        self.end = position
        if char == ">" and self.word and set(self.word) <= set("0123456789"):
            self.end = self.begin
            self.word, self.started = [], False

    def finish(self) -> None:
        if self.started:
            self.words.append("".join(self.word))
        self.word, self.started = [], False
