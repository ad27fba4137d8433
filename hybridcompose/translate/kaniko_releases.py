"""What only one kind of Kaniko does otherwise than BuildKit: the maintained fork, or Google's releases.

Kaniko 1.24.0 was compared with what ``docker build`` makes of the same Dockerfiles; of the fork the sources were read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Location, Severity
from hybridcompose.gather.facts import Flavour, FlavourDifference
from hybridcompose.translate.kaniko_job import is_fork

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.translate.scope import ServiceScope

#: A word that begins a heredoc; ``<<<`` is a text for the shell.
_HEREDOC = re.compile(r"(?:^|\s)\d*<<-?[\"']?\w")
_REMEDY = "or choose the maintained fork with --kaniko-image"


def report_release(scope: ServiceScope, facts: BuildFacts) -> None:
    """Reports, at its line of the Dockerfile, each step whose result is another one with the Kaniko that builds."""
    flavour = Flavour.FORK if is_fork(scope.options.kaniko_image) else Flavour.RELEASE
    path = scope.path("build", "dockerfile" if facts.file else "dockerfile_inline")
    steps = _found(facts.steps) if flavour is Flavour.RELEASE else ()
    for one in (*steps, *(known for known in facts.differences if known.flavour is flavour)):
        location = Location(facts.file, one.line, 1, len(one.word)) if facts.file else None
        place = f"{one.word}: " if facts.file else f"line {one.line} of the Dockerfile, {one.word}: "
        remedy = one.remedy if one.is_note or flavour is Flavour.FORK else f"{one.remedy}, {_REMEDY}"
        severity = Severity.NOTE if one.is_note else Severity.WARNING
        scope.report.add(severity, Code.BUILD_DIFFERENCE, path, place + one.message, remedy, location)


def _found(steps: Iterable[tuple[str, int, int]]) -> Iterator[FlavourDifference]:
    def difference(message: str, remedy: str) -> FlavourDifference:
        return FlavourDifference(Flavour.RELEASE, first, word, message, remedy)

    group = None
    for text, first, last in steps:
        word, _, rest = text.partition(" ")
        word = word.upper()
        if word in ("FROM", "USER"):
            group = rest.partition(":")[2] if word == "USER" else None
        if last > first and word in ("RUN", "COPY", "ADD") and _HEREDOC.search(rest):
            if word == "RUN":
                message = "this release of Kaniko ignores the text of the heredoc: the step does nothing"
                yield difference(message, "write the commands after RUN, joined by &&")
            else:
                message = "this release of Kaniko knows no heredocs here: the build fails"
                yield difference(message, "write the text to a file of the context and copy that")
        if word == "RUN" and group:
            message = f"this release of Kaniko does not run the step with the group {group} of USER"
            yield difference(message, "change the owner of what the step writes")
