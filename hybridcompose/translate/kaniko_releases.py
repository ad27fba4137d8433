"""What Google's releases of Kaniko do otherwise than the maintained fork, found in the instructions of a build.

Compared with what ``docker build`` makes of the same Dockerfiles, with Kaniko 1.24.0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Location
from hybridcompose.translate.kaniko_job import is_fork

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.translate.scope import ServiceScope

#: A word that begins a heredoc; ``<<<`` is a text for the shell.
_HEREDOC = re.compile(r"(?:^|\s)\d*<<-?[\"']?\w")
_REMEDY = "or choose the maintained fork with --kaniko-image"


def report_release(scope: ServiceScope, facts: BuildFacts) -> None:
    """Warns, at its line of the Dockerfile, of each step whose result is another one unless the fork builds."""
    if is_fork(scope.options.kaniko_image):
        return
    path = scope.path("build", "dockerfile" if facts.file else "dockerfile_inline")
    for line, word, message, remedy in _found(facts.steps):
        location = Location(facts.file, line, 1, len(word)) if facts.file else None
        place = f"{word}: " if facts.file else f"line {line} of the Dockerfile, {word}: "
        scope.report.warning(Code.BUILD_DIFFERENCE, path, place + message, f"{remedy}, {_REMEDY}", location)


def _found(steps: Iterable[tuple[str, int, int]]) -> Iterator[tuple[int, str, str, str]]:
    group = None
    for text, first, last in steps:
        word, _, rest = text.partition(" ")
        word = word.upper()
        if word in ("FROM", "USER"):
            group = rest.partition(":")[2] if word == "USER" else None
        if last > first and word in ("RUN", "COPY", "ADD") and _HEREDOC.search(rest):
            if word == "RUN":
                message = "this release of Kaniko ignores the text of the heredoc: the step does nothing"
                yield first, word, message, "write the commands after RUN, joined by &&"
            else:
                message = "this release of Kaniko knows no heredocs here: the build fails"
                yield first, word, message, "write the text to a file of the context and copy that"
        if word == "RUN" and group:
            message = f"this release of Kaniko does not run the step with the group {group} of USER"
            yield first, word, message, "change the owner of what the step writes"
