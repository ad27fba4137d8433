"""Interpolation of variables, with the reference's grammar and its peculiarities.

``$NAME`` and ``${NAME}`` give a value; ``${NAME:-text}`` and ``${NAME-text}`` a default, ``${NAME:+text}`` and
``${NAME+text}`` a replacement, ``${NAME:?text}`` and ``${NAME?text}`` an error; the texts are templates again.
``$$`` is a dollar sign. Source: Compose Specification, "Interpolation".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Lookup = Callable[[str], str | None]
    Warn = Callable[[str], None]

# The reference folds case by Unicode's rules, so that the long s and the Kelvin sign count as letters.
_LETTER: Final = "_a-zA-Z\u017f\u212a"
_NAME: Final = f"[{_LETTER}][{_LETTER}0-9]*"
_BEGIN: Final = re.compile(
    rf"\$(?:(?P<dollar>\$)|(?P<named>{_NAME})|\{{(?:(?P<braced>{_NAME})(?P<operator>\}}|:?[-+?]))?)"
)
_BRACES: Final = re.compile(r"\{.?|\}", re.DOTALL)
#: Variables may make a text at most this long.
MAX_TEXT: Final = 8 * 1024 * 1024
_EXPRESSION: Final = re.compile(r"\$\{[^\s\"'}]*\}?")
_LONGEST_TOKEN: Final = 100
#: Expressions nested deeper than this are refused.
_MAX_DEPTH: Final = 100


class InvalidTemplate(ValueError):  # noqa: N818  (the name is part of the loader's vocabulary)
    """A ``${`` begins no expression. ``token`` is what stands there; it may be secret: the message is silent on it."""

    def __init__(self, token: str) -> None:
        self.token = token
        super().__init__(
            "a '${' begins no valid expression: write ${NAME} or ${NAME:-default}, or $$ for a dollar sign"
        )


class RequiredVariable(ValueError):  # noqa: N818  (as above)
    """A variable that ``?`` requires has no value. ``reason`` is the message that the file gives, or empty."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"required variable {name} is missing a value" + (f": {reason}" if reason else ""))


class Expression(NamedTuple):
    """``${NAME<operator>operand}``; the operator is empty in ``$NAME`` and ``${NAME}``."""

    name: str
    operator: str
    operand: str


def expressions(template: str) -> Iterator[Expression]:
    """The expressions of ``template`` as they stand there; those in an operand are part of it.

    Text that only looks like one is passed over.
    """
    position = 0
    while begin := _BEGIN.search(template, position):
        position = begin.end()
        operator = begin["operator"]
        if begin["named"] or operator == "}":
            yield Expression(begin["named"] or begin["braced"], "", "")
        elif operator and (end := _end(template, begin)) >= 0:
            yield Expression(begin["braced"], operator, template[position:end])
            position = end + 1


def substitute(template: str, lookup: Lookup, warn: Warn) -> str:
    """``template`` with its expressions replaced; the same object where it has none.

    ``lookup`` gives a variable's value or ``None`` where it is not set; ``warn`` gets the name of a variable that is
    not set and has no default (it becomes empty). Raises ``InvalidTemplate`` and ``RequiredVariable``.
    """
    if "$" not in template:
        return template
    return _substitute(template, lookup, warn, 0)


def _substitute(template: str, lookup: Lookup, warn: Warn, depth: int) -> str:
    parts: list[str] = []
    position = length = 0
    while begin := _BEGIN.search(template, position):
        parts.append(template[position : begin.start()])
        position = begin.end()
        if begin["dollar"]:
            parts.append("$")
        elif begin["named"] or begin["operator"] == "}":
            parts.append(_value(begin["named"] or begin["braced"], lookup, warn))
        else:
            end = _end(template, begin)
            if end < 0 or depth >= _MAX_DEPTH:
                raise InvalidTemplate(_token(template, begin.start()))
            operand = template[position:end]
            parts.append(_operated(begin, lookup, lambda: _substitute(operand, lookup, warn, depth + 1)))  # noqa: B023  (called at once)
            position = end + 1
        length += len(parts[-1])
        if length > MAX_TEXT:
            raise InvalidTemplate(_token(template, begin.start()))
    return "".join(parts) + template[position:]


def _token(template: str, start: int) -> str:
    """What looks like one expression from ``start`` on."""
    found = _EXPRESSION.match(template, start)
    return found[0][:_LONGEST_TOKEN] if found else template[start : start + 2]


def _value(name: str, lookup: Lookup, warn: Warn) -> str:
    value = lookup(name)
    if value is None:
        warn(name)
        return ""
    return value


def _end(template: str, begin: re.Match[str]) -> int:
    """Where the closing brace of an expression with an operator stands, ``-1`` where there is none on its line.

    The character after an opening brace never closes, so that ``${A:-{}}`` has the default ``{}``; where the braces
    do not pair, the expression reaches to the line's last one.
    """
    if not begin["operator"]:
        return -1
    line_end = template.find("\n", begin.end())
    last = template.rfind("}", begin.end(), len(template) if line_end < 0 else line_end)
    depth = 0
    for brace in _BRACES.finditer(template, begin.start(), last + 1):
        depth += -1 if brace[0] == "}" else 1
        if depth == 0:
            return brace.start()
    return last


def _operated(begin: re.Match[str], lookup: Lookup, operand: Callable[[], str]) -> str:
    """The value of ``${NAME<operator>operand}``. With a colon, an empty value counts as none."""
    name, operator = begin["braced"], begin["operator"]
    value = lookup(name)
    present = bool(value) if operator[0] == ":" else value is not None
    match operator[-1]:
        case "-":
            return value or "" if present else operand()
        case "+":
            return operand() if present else ""
        case _:
            if not present:
                raise RequiredVariable(name, operand())
            return value or ""
