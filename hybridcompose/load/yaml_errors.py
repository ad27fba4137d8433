"""The YAML parser's complaints as findings: the place exactly, what is wrong, what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity

if TYPE_CHECKING:
    from yaml.error import YAMLError

_TAB: Final = "\t"
_RESERVED: Final = "@`"
_GLUED: Final = re.compile(r"[\w.-]+:[^\s:]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")

#: What the parser says -> what to do about it. The first that occurs in its text is taken.
_REMEDIES: Final = (
    ("mapping values are not allowed", "put quotes around a value that contains ': ', or check the indentation"),
    ("could not find expected ':'", "write `key: value`, with a blank after the colon, and check the indentation"),
    ("did not find expected key", "indent the keys of one mapping equally, and close quotes and brackets"),
    ("did not find expected '-' indicator", "indent the entries of one list equally"),
    ("mapping keys are not allowed", "write `key: value`; quotes around a value that begins with ?"),
    ("found duplicate anchor", "name one of the two differently"),
    ("while parsing a flow", "close the bracket, or put a comma between the entries"),
    ("unexpected ':'", "put quotes around the value"),
    ("block sequence entries are not allowed", "put the list on lines of its own, below its key"),
    ("invalid Unicode character escape code", "write the character itself"),
    ("did not find expected hexdecimal", "write all digits of the escape, or use single quotes"),
    ("unknown escape character", "use single quotes, or double the backslash"),
    ("did not find expected ',' or '}'", "close the bracket, or put a comma between the entries"),
    ("did not find expected ',' or ']'", "close the bracket, or put a comma between the entries"),
    ("did not find expected node content", "close the brackets, or put quotes around the value"),
    ("unexpected end of stream", "close the quotes"),
    ("did not find expected alphabetic or numeric", "put quotes around a value that begins with * or &"),
    ("did not find expected <document start>", "begin a second document with a line `---`"),
    ("did not find URI escaped octet", "put quotes around a value that begins with ! or %"),
    ("did not find expected tag URI", "put quotes around a value that begins with !"),
    ("undefined tag handle", "put quotes around a value that begins with !"),
    ("incompatible YAML document", "remove the %YAML line"),
    ("cannot start any token", "put quotes around the value"),
)


def load_error(
    code: Code, message: str, location: Location, *, remedy: str | None = None, path: ComposePath = ()
) -> LoadError:
    """A ``LoadError`` with one finding."""
    return LoadError([Diagnostic(code, Severity.ERROR, message, path, remedy, location)])


def translated(error: YAMLError, data: bytes, file: str) -> LoadError:
    """The parser's error about ``data`` as a ``LoadError`` of code ``INVALID_YAML``."""
    if isinstance(error, ReaderError):
        return _unreadable(error, data, file)
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        return _broken(error, data, file)
    return load_error(Code.INVALID_YAML, f"not valid YAML: {error}", Location(file, 1, 1))


def _broken(error: MarkedYAMLError, data: bytes, file: str) -> LoadError:
    lines = text_of_file(data).splitlines()
    location = _place(error, lines, file)
    line = lines[location.line - 1] if location.line <= len(lines) else ""
    column = location.column - 1
    found = line[column : column + 1]
    problem = error.problem or "unexpected text"
    if found == _TAB or (_TAB in line[:column] and not line[:column].strip()):
        location = location._replace(column=line.index(_TAB) + 1)
        return load_error(Code.INVALID_YAML, "a tab cannot indent YAML", location, remedy="indent with spaces")
    if problem.startswith("mapping values") and location.length > 1:
        problem, remedy = "a key without a blank after its colon", "write `key: value`, with a blank after the colon"
    elif found and found in _RESERVED and "cannot start" in problem:
        problem = f"a value cannot begin with {found}"
        remedy = "put quotes around the value"
    else:
        remedy = next((text for part, text in _REMEDIES if part in problem), "")
    context = f" {error.context}" if error.context and "next token" not in error.context else ""
    return load_error(Code.INVALID_YAML, f"not valid YAML: {problem}{context}", location, remedy=remedy or None)


def _place(error: MarkedYAMLError, lines: list[str], file: str) -> Location:
    """The token that is wrong, which is not always the one at which the parser gave up."""
    mark, begun = error.problem_mark, error.context_mark
    problem = error.problem or ""
    if mark is None or mark.line >= len(lines):
        # An end of file is no place to look at: what was begun and not closed is.
        mark = begun
    if mark is None:
        return Location(file, max(1, len(lines)), 1)
    if "could not find expected ':'" in problem and begun is not None and begun.line < len(lines):
        return _rest_of_line(begun.line, begun.column, lines, file)
    if "mapping values are not allowed" in problem:
        above = _glued_key_above(mark.line, lines)
        if above is not None:
            return _rest_of_line(above, _indent(lines[above]), lines, file)
    return Location(file, mark.line + 1, mark.column + 1)


def _rest_of_line(row: int, column: int, lines: list[str], file: str) -> Location:
    return Location(file, row + 1, column + 1, max(1, len(lines[row].rstrip()) - column))


def _glued_key_above(row: int, lines: list[str]) -> int | None:
    """The row above of the same indentation that has a colon with no blank after it: it was read as plain text."""
    above = next((number for number in range(row - 1, -1, -1) if lines[number].strip()), None)
    if above is None or row >= len(lines) or _indent(lines[above]) != _indent(lines[row]):
        return None
    return above if _GLUED.match(lines[above].strip()) else None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _unreadable(error: ReaderError, data: bytes, file: str) -> LoadError:
    is_control = error.reason == "control characters are not allowed"
    position = error.position if is_control else _first_foreign_byte(data, error.position)
    before = data[:position].decode("utf-8-sig", errors="replace")
    line = before.count("\n") + 1
    location = Location(file, line, len(before) - before.rfind("\n"))
    if data[:4].count(0) == 2 and (data[0] == 0) != (data[1] == 0):
        message, location = "the file is UTF-16 text without a byte order mark", Location(file, 1, 1)
    elif data.startswith(_UTF16):
        message, location = "the file is not valid UTF-16", Location(file, 1, 1)
    elif is_control:
        message = f"control character U+{int(error.character):04X} in the file"
        return load_error(
            Code.INVALID_YAML, message, location, remedy='remove it; in double quotes write an escape such as "\\e"'
        )
    else:
        message = f"the file is not UTF-8 text: byte 0x{data[position]:02x} is out of place"
    return load_error(Code.INVALID_YAML, message, location, remedy="save the file as UTF-8")


def _first_foreign_byte(data: bytes, noticed: int) -> int:
    """The place of the first byte that is not UTF-8; the parser names the one at which it noticed."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return min(noticed, len(data) - 1)


def text_of_file(data: bytes | str) -> str:
    """The characters that the parser saw, for looking around in them."""
    if isinstance(data, str):
        return data
    return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig", errors="replace")
