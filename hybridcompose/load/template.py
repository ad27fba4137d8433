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
_BRACES: Final = re.compile(r"\{[^\n]?|[}\n]")
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
    braces = _Braces(template)
    position = 0
    while begin := _BEGIN.search(template, position):
        position = begin.end()
        operator = begin["operator"]
        if begin["named"] or operator == "}":
            yield Expression(begin["named"] or begin["braced"], "", "")
        elif operator and (end := braces.end(begin, len(template))) >= 0:
            yield Expression(begin["braced"], operator, template[position:end])
            position = end + 1


def substitute(template: str, lookup: Lookup, warn: Warn) -> str:
    """``template`` with its expressions replaced; the same object where it has none.

    ``lookup`` gives a variable's value or ``None`` where it is not set; ``warn`` gets the name of a variable that is
    not set and has no default (it becomes empty). Raises ``InvalidTemplate`` and ``RequiredVariable``.
    """
    if "$" not in template:
        return template
    return _Substitution(template, lookup, warn).of(0, len(template), 0)


class _Braces:
    """Which closing brace belongs to an opening one: each is looked at once, however deep expressions are nested."""

    def __init__(self, template: str) -> None:
        self.template = template
        #: The place of the closing brace for that of an opening one; ``-1`` where none pairs with it on its line.
        self.closing: dict[int, int] = {}

    def end(self, begin: re.Match[str], stop: int) -> int:
        """Where the expression ends that ``begin`` begins, ``-1`` where there is no closing brace on its line.

        The character after an opening brace never closes, so that ``${A:-{}}`` has the default ``{}``; where the braces
        do not pair, the expression reaches to the line's last one in front of ``stop``.
        """
        opening = begin.start() + 1
        if opening not in self.closing:
            self.pair(opening)
        if 0 <= (closing := self.closing[opening]) < stop:
            return closing
        line_end = self.template.find("\n", begin.end(), stop)
        return self.template.rfind("}", begin.end(), stop if line_end < 0 else line_end)

    def pair(self, opening: int) -> None:
        """Looks for what closes the brace at ``opening``, and those between."""
        unpaired: list[int] = []
        for brace in _BRACES.finditer(self.template, opening):
            if brace[0] == "}":
                self.closing[unpaired.pop()] = brace.start()
                if not unpaired:
                    return
            elif brace[0] == "\n":
                break
            else:
                unpaired.append(brace.start())
        self.closing.update(dict.fromkeys(unpaired, -1))


class _Substitution(_Braces):
    """What ``substitute`` does to one template: an operand is a part of it that stands between two places."""

    def __init__(self, template: str, lookup: Lookup, warn: Warn) -> None:
        super().__init__(template)
        self.lookup = lookup
        self.warn = warn

    def of(self, position: int, stop: int, depth: int) -> str:
        template, parts, length = self.template, [], 0
        while begin := _BEGIN.search(template, position, stop):
            parts.append(template[position : begin.start()])
            position = begin.end()
            if begin["dollar"]:
                parts.append("$")
            elif begin["named"] or begin["operator"] == "}":
                parts.append(_value(begin["named"] or begin["braced"], self.lookup, self.warn))
            else:
                end = self.end(begin, stop) if begin["operator"] else -1
                if end < 0 or depth >= _MAX_DEPTH:
                    raise InvalidTemplate(_token(template, begin.start(), stop))
                parts.append(self.operated(begin, end, depth + 1))
                position = end + 1
            length += len(parts[-1])
            if length > MAX_TEXT:
                raise InvalidTemplate(_token(template, begin.start(), stop))
        return "".join(parts) + template[position:stop]

    def operated(self, begin: re.Match[str], end: int, depth: int) -> str:
        """The value of ``${NAME<operator>operand}``. With a colon, an empty value counts as none."""
        name, operator = begin["braced"], begin["operator"]
        value = self.lookup(name)
        present = bool(value) if operator[0] == ":" else value is not None
        match operator[-1]:
            case "-":
                return value or "" if present else self.of(begin.end(), end, depth)
            case "+":
                return self.of(begin.end(), end, depth) if present else ""
            case _:
                if not present:
                    raise RequiredVariable(name, self.of(begin.end(), end, depth))
                return value or ""


def _token(template: str, start: int, stop: int) -> str:
    """What looks like one expression from ``start`` on."""
    found = _EXPRESSION.match(template, start, stop)
    return found[0][:_LONGEST_TOKEN] if found else template[start : min(start + 2, stop)]


def _value(name: str, lookup: Lookup, warn: Warn) -> str:
    value = lookup(name)
    if value is None:
        warn(name)
        return ""
    return value
