"""Findings as people and machines read them: text with the source line, JSON lines, GitHub annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from hybridcompose.diagnostics import brief
from hybridcompose.diagnostics.output.order import in_file_order
from hybridcompose.diagnostics.output.source import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import Diagnostic

Form = Literal["text", "json", "github"]
#: The forms that findings can be printed in.
FORMS: tuple[Form, ...] = get_args(Form)

__all__ = ["FORMS", "Form", "Sources", "in_file_order", "show"]


def show(
    diagnostics: Iterable[Diagnostic],
    form: Form = "text",
    *,
    sources: Sources | None = None,
    colour: bool = False,
    workspace: str | None = None,
) -> str:
    """The findings in file order as one text, empty where there are none.

    ``sources`` gives the lines that the text form quotes. ``workspace`` is the root of the repository that a GitHub
    run checked out, to which annotations are relative.
    """
    found = tuple(map(brief, in_file_order(diagnostics)))
    if form == "json":
        from hybridcompose.diagnostics.output import jsonlines

        return jsonlines.show(found)
    if form == "github":
        from hybridcompose.diagnostics.output import github

        return github.show(found, workspace)
    from hybridcompose.diagnostics.output import text

    return text.show(found, sources or Sources(), colour=colour)
