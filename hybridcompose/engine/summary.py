"""A run on one page of Markdown, as GitHub shows it beside a job. Source: GitHub, "Adding a job summary"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hybridcompose.engine.chronicle import Outcome, Standing


def markdown(project: str, outcome: Outcome, standings: Sequence[Standing], seconds: float) -> str:
    """The outcome, what is wrong, and where each service stood at the end."""
    lines = [f"### {_text(project)}: {outcome} after {seconds:.0f} s", ""]
    for service, problem in outcome.errors:
        lines += [f"> {_text(f'{service}: {problem}' if service else problem)}", ""]
    if standings:
        lines += ["| Service | State | At |", "| --- | --- | --- |"]
        lines += [
            f"| {_text(one.service)} | {_text(one.state) or 'not started'} | {one.seconds:.1f} s |" for one in standings
        ]
        lines.append("")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Text that means nothing to Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+!|~&@" else letter for letter in " ".join(text.split()))
