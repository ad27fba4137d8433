"""``.env`` and ``env_file``: the two grammars of variable files.

The default one has quotes, escapes, comments and interpolation; ``format: raw`` takes lines as they are.
Source: Compose Specification, "env_file", "Env_file format".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hybridcompose.load.template import InvalidTemplate, RequiredVariable, substitute

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

_BLANKS: Final = "\t\v\f\r \x85\xa0"  # blanks that do not end a line
_BOM: Final = "\ufeff"
# What Go's unicode.IsSpace and str.isspace() agree on, less the four separators that only Python counts.
_SPACES: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_STATEMENT: Final = re.compile(rf"[^{_SPACES}]")
_TRAILING: Final = re.compile(rf"[{_SPACES}]+\Z")
_EXPORT: Final = re.compile(r"export[\t\n\f\r ]+")
_ESCAPE: Final = re.compile(r"\\(?:[abcfnrtv$\"\\]|0[0-9]{0,3})")
_ESCAPED: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_NAME_SIGNS: Final = "_.-[]"
_NAME: Final = re.compile(r"[A-Za-z0-9_.\-\[\]]*+")
_PLAIN_LINE: Final = re.compile(
    r"([A-Za-z_][A-Za-z0-9_]*+)=((?:[A-Za-z0-9_./:@%+,-]| (?=[A-Za-z0-9_./:@%+,-]))*+)\r?\n"
)
_UNQUOTED: Final = {"'": re.compile(r"[^'\\]++"), '"': re.compile(r'[^"\\]++')}


class EnvFileError(ValueError):
    """A variable file cannot be read: ``message`` says what is wrong and what to write.

    ``line`` counts from 1; ``token`` is the text on that line, from ``column`` (from 1) on, that is wrong.
    """

    def __init__(self, line: int, message: str, token: str = "", column: int = 1) -> None:
        self.line = line
        self.message = message
        self.token = token
        self.column = column
        super().__init__(f"line {line}: {message}")


def parse(
    text: str,
    lookup: Callable[[str], str | None],
    *,
    into: MutableMapping[str, str] | None = None,
    warn: Callable[[str], None] | None = None,
) -> MutableMapping[str, str]:
    """The variables of a file in the default format, in the file's order.

    ``lookup`` gives the variables of the shell (they win in interpolation, and give bare names their values;
    a bare name that it does not know is left out). ``into`` receives the result, and its entries are known to
    interpolation too. ``warn`` gets the names of unset variables. Raises ``EnvFileError``.
    """
    variables: MutableMapping[str, str] = {} if into is None else into
    reader = _Reader(text.removeprefix(_BOM))
    while reader.next_statement(variables):
        line = reader.line
        name, bare = reader.name()
        if bare:
            value = lookup(name)
            if value is not None:
                variables[name] = value
            continue
        text_value, expanded = reader.value()
        variables[name] = _expanded(text_value, line, variables, lookup, warn) if expanded else text_value
    return variables


def parse_raw(
    text: str, lookup: Callable[[str], str | None], *, into: MutableMapping[str, str] | None = None
) -> MutableMapping[str, str]:
    """The variables of a file with ``format: raw``: ``NAME=value`` lines, values as they stand.

    A bare name takes its value from ``lookup``, or is left out. Raises ``EnvFileError``.
    """
    variables: MutableMapping[str, str] = {} if into is None else into
    for number, line in enumerate(text.removeprefix(_BOM).split("\n"), 1):
        statement = line.removesuffix("\r").lstrip()
        if not statement or statement.startswith("#"):
            continue
        name, equals, value = statement.partition("=")
        if not name:
            raise EnvFileError(number, "a variable without a name: write NAME=value", "=")
        if " " in name or "\t" in name:
            raise EnvFileError(number, f"the variable name {name!r} contains a blank: write NAME=value", name)
        given = value if equals else lookup(name)
        if given is not None:
            variables[name] = given
    return variables


def _expanded(
    value: str,
    line: int,
    variables: MutableMapping[str, str],
    lookup: Callable[[str], str | None],
    warn: Callable[[str], None] | None,
) -> str:
    def known(name: str) -> str | None:
        given = lookup(name)
        return variables.get(name) if given is None else given

    try:
        return substitute(value, known, warn or (lambda _name: None))
    except RequiredVariable as error:
        message = f"{error}: write a line {error.name}=value above it, or set it"
        expression = re.search(rf"\$\{{{error.name}:?\?[^}}]*\}}?", value)
        raise EnvFileError(line, message, expression[0] if expression else "") from error
    except InvalidTemplate as error:
        # the value may be a secret: it is not repeated
        message = "invalid interpolation in the value: write $$, or use single quotes"
        raise EnvFileError(line, message, error.token) from error


class _Reader:
    """Walks through a file; ``position`` and ``line`` (from 1) are where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.line = 1

    def advance(self, position: int) -> None:
        self.line += self.text.count("\n", self.position, position)
        self.position = position

    def plain_lines(self, variables: MutableMapping[str, str]) -> None:
        """Takes lines that hold nothing but a name and a value of ordinary characters."""
        while found := _PLAIN_LINE.match(self.text, self.position):
            variables[found[1]] = found[2]
            self.position = found.end()
            self.line += 1

    def next_statement(self, variables: MutableMapping[str, str]) -> bool:
        """Go to the next statement that is not plain, over blank lines and comments; false at the end."""
        self.plain_lines(variables)
        while found := _STATEMENT.search(self.text, self.position):
            self.advance(found.start())
            if found[0] != "#":
                return True
            line_end = self.text.find("\n", self.position)
            if line_end < 0:
                break
            self.advance(line_end + 1)
            self.plain_lines(variables)
        return False

    def name(self) -> tuple[str, bool]:
        """A variable's name, and whether it stands alone on its line; goes on to the value."""
        export = _EXPORT.match(self.text, self.position)
        if export:
            self.advance(self.position + len("export"))
            self.skip_blanks()
        start = self.position
        if start == len(self.text):
            raise EnvFileError(self.line, "a variable name is missing after export: write export NAME=value")
        end, separator = self.name_end()
        if not separator:
            # The reference takes a bare name that no newline ends for the value of a variable without name.
            return "", False
        name = _TRAILING.sub("", self.text[start:end])
        if " " in name:
            raise EnvFileError(self.line, f"the variable name {name!r} contains a blank: write NAME=value", name)
        self.advance(end + 1)
        self.skip_blanks()
        return name, separator == "\n"

    def name_end(self) -> tuple[int, str]:
        ordinary = _NAME.match(self.text, self.position)
        for position in range(ordinary.end() if ordinary else self.position, len(self.text)):
            char = self.text[position]
            if char in "=:\n":
                return position, char
            if not (char in _BLANKS or char in _NAME_SIGNS or _is_word(char)):
                message = f"unexpected character {char!r} in a variable name: write NAME=value"
                raise EnvFileError(self.line, message, char, self.column(position))
        return len(self.text), ""

    def skip_blanks(self) -> None:
        while self.position < len(self.text) and self.text[self.position] in _BLANKS:
            self.position += 1

    def value(self) -> tuple[str, bool]:
        """A value, and whether variables in it are expanded."""
        quote = self.text[self.position : self.position + 1]
        if quote in ("'", '"') and quote:
            return self.quoted(quote), quote == '"'
        line_end = self.text.find("\n", self.position)
        line_end = len(self.text) if line_end < 0 else line_end
        value = self.text[self.position : line_end].partition(" #")[0]
        self.advance(min(line_end + 1, len(self.text)))
        return _TRAILING.sub("", value), True

    def quoted(self, quote: str) -> str:
        chars: list[str] = []
        escaped = False
        position = self.position
        while (position := position + 1) < len(self.text):
            plain = None if escaped else _UNQUOTED[quote].match(self.text, position)
            if plain:
                chars.append(plain[0])
                position = plain.end()
            char = self.text[position : position + 1]
            if not char:
                break
            if char == quote and not escaped:
                self.advance(position + 1)
                value = "".join(chars)
                return _ESCAPE.sub(_unescaped, value) if quote == '"' else value
            if char == "\\" and not escaped:
                escaped = True
                continue
            # A backslash only disappears before the quote itself
            chars.append("\\" + char if escaped and char != quote else char)
            escaped = False
        message = f"the value is not closed: write {quote} where it ends"
        raise EnvFileError(self.line, message, quote, self.column(self.position))

    def column(self, position: int) -> int:
        """The column, from 1, of a position on the current line."""
        return position - self.text.rfind("\n", 0, position)


def _is_word(char: str) -> bool:
    """A letter or number as Go's unicode package has it."""
    import unicodedata

    return (char.isascii() and char.isalnum()) or unicodedata.category(char)[0] in "LN"


def _unescaped(match: re.Match[str]) -> str:
    sequence = match[0]
    if sequence[1] == "$":
        return "$$"  # which the expansion afterwards turns into one dollar sign
    if sequence[1] == "0":
        # `\0123` is an octal escape of three digits; any other number of them only loses the zero, as in the reference
        digits = sequence[2:]
        octal = len(digits) == 3 and digits.strip("01234567") == "" and int(digits, 8) <= 0xFF
        return chr(int(digits, 8)) if octal else f"\\{digits}"
    return _ESCAPED.get(sequence[1], sequence)
