"""What only one kind of Kaniko does otherwise than BuildKit: the maintained fork, or Google's releases.

Kaniko 1.24.0 was compared with what ``docker build`` makes of the same Dockerfiles; of the fork the sources were read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Location, Severity
from hybridcompose.gather.facts import Flavour, FlavourDifference
from hybridcompose.spec.scalars import digits
from hybridcompose.translate.kaniko_job import is_fork

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.translate.scope import ServiceScope

_MOUNT = re.compile(r"--mount=(\S+)")
#: What a step lacks that mounts something of this type.
_MOUNTS = {
    "bind": ("the step runs without the files", "COPY them before the step"),
    "cache": (
        "the directory is not there unless it was made, and what the step writes to it becomes part of the image",
        "make the directory in the step, and remove it at the end",
    ),
    "tmpfs": (
        "the directory is not there unless it was made, and what the step writes to it becomes part of the image",
        "make the directory in the step, and remove it at the end",
    ),
}
#: A word that begins a heredoc; ``<<<`` is a text for the shell.
_HEREDOC = re.compile(r"(?:^|\s)\d*<<-?[\"']?\w")
_REMEDY = "or choose the maintained fork with --kaniko-image"


def report_release(scope: ServiceScope, facts: BuildFacts) -> None:
    """Reports, at its line of the Dockerfile, each step whose result is another one with the Kaniko that builds."""
    flavour = Flavour.FORK if is_fork(scope.options.kaniko_image) else Flavour.RELEASE
    path = scope.path("build", "dockerfile" if facts.file else "dockerfile_inline")
    rewritten = {word.first_line for word in facts.run_lines}
    steps = _found(facts.steps, rewritten) if flavour is Flavour.RELEASE else ()
    for one in (*steps, *(known for known in facts.differences if known.flavour is flavour)):
        location = Location(facts.file, one.line, 1, len(one.word)) if facts.file else None
        place = f"{one.word}: " if facts.file else f"line {one.line} of the Dockerfile, {one.word}: "
        remedy = one.remedy if one.is_note or flavour is Flavour.FORK else f"{one.remedy}, {_REMEDY}"
        severity = Severity.NOTE if one.is_note else Severity.WARNING
        scope.report.add(severity, Code.BUILD_DIFFERENCE, path, place + one.message, remedy, location)


def _found(steps: Iterable[tuple[str, int, int]], rewritten: Container[int]) -> Iterator[FlavourDifference]:
    """``rewritten`` are the first lines of steps whose heredocs this release is given in other words."""

    def difference(message: str, remedy: str) -> FlavourDifference:
        return FlavourDifference(Flavour.RELEASE, first, word, message, remedy)

    user, group = "", ""
    for text, first, last in steps:
        word, _, rest = text.partition(" ")
        word = word.upper()
        if word in ("FROM", "USER"):
            user, _, group = rest.partition(":") if word == "USER" else ("", "", "")
        if last > first and word in ("RUN", "COPY", "ADD") and _HEREDOC.search(rest):
            if word == "RUN" and first not in rewritten:
                message = "this release of Kaniko ignores the text of the heredoc: the step does nothing"
                yield difference(message, "write the commands after RUN, joined by &&")
            elif word != "RUN":
                message = "this release of Kaniko knows no heredocs here: the build fails"
                yield difference(message, "write the text to a file of the context and copy that")
        for kind in _mounts(rest) if word == "RUN" else ():
            yield difference(f"this release of Kaniko mounts no {kind}: {_MOUNTS[kind][0]}", _MOUNTS[kind][1])
        if word == "RUN" and not group and digits(user) not in (None, 0):
            message = f"if the image has no user {user}, this release of Kaniko runs the step with the group {user}"
            yield difference(f"{message}; Docker with 0", f"write USER {user}:0")._replace(is_note=True)
        if word == "RUN" and group:
            message = f"this release of Kaniko does not run the step with the group {group} of USER"
            yield difference(message, "change the owner of what the step writes")


def _mounts(step: str) -> Iterator[str]:
    """The types of what a step mounts from nowhere else, each once."""
    found: dict[str, None] = {}
    for mount in _MOUNT.finditer(step):
        options = dict(part.partition("=")[::2] for part in mount[1].split(","))
        if "from" not in options:
            found[options.get("type", "bind")] = None
    return (kind for kind in found if kind in _MOUNTS)
