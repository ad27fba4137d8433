"""The YAML parser's complaints as findings: the place exactly, what is wrong, what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity

if TYPE_CHECKING:
    from yaml.error import YAMLError

_TAB: Final = "\t"
_RESERVED: Final = "@`"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")

#: What the parser says -> what to do about it. The first that occurs in its text is taken.
_REMEDIES: Final = (
    ("mapping values are not allowed", "put quotes around a value that contains ': ', or check the indentation"),
    ("could not find expected ':'", "write `key: value`, with a blank after the colon, and check the indentation"),
    ("did not find expected key", "indent the keys of one mapping equally, and close quotes and brackets"),
    ("did not find expected '-' indicator", "indent the entries of one list equally"),
    ("block sequence entries are not allowed", "put the list on lines of its own, below its key"),
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
    mark = error.problem_mark
    if mark is not None and mark.line >= len(lines) and error.context_mark is not None:
        mark = error.context_mark  # an end of file is no place to look at: what was begun and not closed is
    if mark is None:
        return load_error(Code.INVALID_YAML, f"not valid YAML: {error.problem}", Location(file, 1, 1))
    location = Location(file, mark.line + 1, mark.column + 1)
    line = lines[mark.line] if mark.line < len(lines) else ""
    found = line[mark.column : mark.column + 1]
    problem = error.problem or "unexpected text"
    if found == _TAB or (_TAB in line[: mark.column] and not line[: mark.column].strip()):
        return load_error(Code.INVALID_YAML, "a tab cannot indent YAML", location, remedy="indent with spaces")
    if found and found in _RESERVED and "cannot start" in problem:
        problem = f"a value cannot begin with {found}"
        remedy = "put quotes around the value"
    else:
        remedy = next((text for part, text in _REMEDIES if part in problem), "")
    context = f" {error.context}" if error.context and "next token" not in error.context else ""
    return load_error(Code.INVALID_YAML, f"not valid YAML: {problem}{context}", location, remedy=remedy or None)


def _unreadable(error: ReaderError, data: bytes, file: str) -> LoadError:
    before = data[: error.position].decode("utf-8", errors="replace")
    line = before.count("\n") + 1
    location = Location(file, line, len(before) - before.rfind("\n"))
    if data.startswith(_UTF16):
        message, location = "the file is not valid UTF-16", Location(file, 1, 1)
    elif error.reason == "control characters are not allowed":
        message = f"control character U+{int(error.character):04X} in the file"
        return load_error(
            Code.INVALID_YAML, message, location, remedy='remove it; in double quotes write an escape such as "\\e"'
        )
    else:
        message = f"the file is not UTF-8 text: byte 0x{int(error.character) & 0xFF:02x} is out of place"
    return load_error(Code.INVALID_YAML, message, location, remedy="save the file as UTF-8")


def text_of_file(data: bytes | str) -> str:
    """The characters that the parser saw, for looking around in them."""
    if isinstance(data, str):
        return data
    return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig", errors="replace")
