"""Findings for people: place, severity, code, compose path, message, the source line, the remedy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Severity, format_path
from hybridcompose.diagnostics.output.colour import BOLD, QUIET, SEVERITY, paint
from hybridcompose.diagnostics.output.width import expand_tabs, harmless, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hybridcompose.diagnostics import Diagnostic, Location
    from hybridcompose.diagnostics.output.source import Sources

#: Cells of a quoted line; what is longer is shown around the place.
_LINE = 120
#: Places of a repeated note that are named.
_NAMED = 3


def show(found: Sequence[Diagnostic], sources: Sources, *, colour: bool = False) -> str:
    """Every finding, then how many there were. The same note at several places is shown once, with the places."""
    shown = [_finding(group, sources, colour=colour) for group in _grouped(found)]
    return "".join([*shown, _summary(found) if len(found) > 1 else ""])


def _grouped(found: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    groups: dict[object, list[Diagnostic]] = {}
    for diagnostic in found:
        same = (diagnostic.code, diagnostic.message, diagnostic.remedy)
        # Errors and warnings are each something to act on.
        key = same if diagnostic.severity is Severity.NOTE else diagnostic
        groups.setdefault(key, []).append(diagnostic)
    return list(groups.values())


def _finding(group: list[Diagnostic], sources: Sources, *, colour: bool) -> str:
    first, *others = group
    lines = [_headline(first, colour=colour)]
    if first.location is not None:
        lines += _quote(first.location, sources, SEVERITY[first.severity], colour=colour)
    if others:
        lines.append(f"   {paint('also:', BOLD, colour=colour)} {_places(others)}")
    if first.remedy:
        lines.append(f"   {paint('help:', BOLD, colour=colour)} {_inner_lines(first.remedy)}")
    return "".join(f"{line}\n" for line in lines)


def _headline(diagnostic: Diagnostic, *, colour: bool) -> str:
    place = paint(f"{harmless(str(diagnostic.location))}: ", BOLD, colour=colour) if diagnostic.location else ""
    severity = paint(f"{diagnostic.severity}[{diagnostic.code}]", SEVERITY[diagnostic.severity], colour=colour)
    path = harmless(format_path(diagnostic.path))
    return f"{place}{severity}{f' {path}' if path else ''}: {_inner_lines(diagnostic.message)}"


def _inner_lines(text: str) -> str:
    return harmless(text).replace("\n", "\n      ")


def _places(others: Sequence[Diagnostic]) -> str:
    names = [harmless(format_path(diagnostic.path)) for diagnostic in others[:_NAMED]]
    more = len(others) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _quote(where: Location, sources: Sources, style: str, *, colour: bool) -> list[str]:
    """The source line with a marker under the token, lined up in cells, or nothing where the line is not known."""
    line = sources.line(where.file, where.line)
    if line is None or not line.strip():
        return []
    line = harmless(line)
    before = expand_tabs(line[: where.column - 1])
    start = width(before)
    token = expand_tabs(line[where.column - 1 : where.column - 1 + where.length], start)
    after = expand_tabs(line[where.column - 1 + where.length :], start + width(token))
    before, token, after = _shortened(before, token, after)
    marker = " " * width(before) + paint("^" * max(1, width(token)), style, colour=colour)
    gutter = f"{where.line:>5} | "
    return [
        f"{paint(gutter, QUIET, colour=colour)}{(before + token + after).rstrip()}",
        f"{' ' * len(gutter)}{marker}",
    ]


def _shortened(before: str, token: str, after: str) -> tuple[str, str, str]:
    """The part of a long line around its token."""
    if len(before) + len(token) + len(after) <= _LINE:
        return before, token, after
    if len(before) > _LINE // 3:
        before = "…" + before[-(_LINE // 3) :]
    if len(token) > _LINE // 3:
        return before, token[: _LINE // 3], "…"
    room = _LINE - len(before) - len(token)
    return before, token, after if len(after) <= room else f"{after[:room]}…"


def _summary(found: Iterable[Diagnostic]) -> str:
    count = Counter(diagnostic.severity for diagnostic in found)
    parts = [f"{count[kind]} {kind}{'s' if count[kind] > 1 else ''}" for kind in Severity if count[kind]]
    return f"{', '.join(parts)}\n"
