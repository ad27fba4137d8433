"""Which variables the compose files use, and what they say of each. Source: Compose Specification, "Interpolation"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.load.template import expressions

if TYPE_CHECKING:
    from collections.abc import Iterator


class Variable(NamedTuple):
    """What is written about a variable: its default, its replacement where it is set, whether it must be set."""

    name: str
    required: bool = False
    default: str = ""
    alternate: str = ""


def variables(tree: object) -> list[Variable]:
    """The variables in the strings of a tree without interpolation, by name.

    One that is used several times is required where one use requires it, and has the first default that is written.
    """
    found: dict[str, Variable] = {}
    for use in _uses(tree):
        known = found.get(use.name, use)
        found[use.name] = Variable(
            use.name, known.required or use.required, known.default or use.default, known.alternate or use.alternate
        )
    return [found[name] for name in sorted(found)]


def _uses(value: Any) -> Iterator[Variable]:
    if isinstance(value, str):
        yield from _in_text(value)
    elif isinstance(value, (dict, list)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _uses(entry)


def _in_text(template: str) -> Iterator[Variable]:
    for name, operator, operand in expressions(template):
        match operator[-1:]:
            case "?":
                yield Variable(name, required=True)
            case "-":
                yield Variable(name, default=operand)
                yield from _in_text(operand)
            case "+":
                yield Variable(name, alternate=operand)
                yield from _in_text(operand)
            case _:
                yield Variable(name)
