"""The Dockerfile that Kaniko is given, where it is not the one that was written.

Names of images are those of the registry, and what Kaniko does otherwise than BuildKit is said in words that both know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.gather.facts import Reworded
from hybridcompose.plan import BuildStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hybridcompose.gather.facts import BuildFacts


def kaniko_words(facts: BuildFacts, *, is_fork: bool) -> tuple[Reworded, ...]:
    """What differs for the Kaniko that builds."""
    of_release = () if is_fork else (*facts.stage_names, *facts.run_lines)
    return (*of_release, *facts.label_lines)


def rewritten(facts: BuildFacts, words: Sequence[Reworded]) -> str | None:
    """The Dockerfile with other words in it; ``None`` where it stays."""
    if not words:
        return None
    # Only line feeds end a line of a Dockerfile.
    lines = re.split(r"(?<=\n)", facts.text)
    for word in words:
        text = "".join(lines[word.first_line - 1 : word.last_line])
        replaced = reworded(text, word)
        lines[word.first_line - 1 : word.last_line] = [replaced, *[""] * (word.last_line - word.first_line)]
    return "".join(lines)


def image_words(facts: BuildFacts, names: Mapping[str, str]) -> Iterator[Reworded]:
    """The words of a Dockerfile that name images, with what they are called in the registry."""
    for use in facts.uses:
        if use.name in names:
            flag = "--from=" if use.written.startswith("--from=") else ""
            yield Reworded(use.first_line, use.last_line, use.written, flag + names[use.name])


def reworded(text: str, word: Reworded) -> str:
    """An instruction with the first word that is meant replaced, quoted or not; or all of it, or with one behind it."""
    if not word.written:
        return text.removesuffix("\n") + f"\n{word.new}\n"
    if text == word.written:
        return f"{word.new}\n"
    pattern = rf"(\s)([\"']?){re.escape(word.written)}\2(?=\s|$)"
    return re.sub(pattern, lambda match: f"{match[1]}{word.new}", text, count=1)


def build_steps(facts: BuildFacts, words: Sequence[Reworded]) -> Iterator[BuildStep]:
    """The steps as they are written, and as Kaniko's log has them."""
    for text, first, last in facts.steps:
        logged = text
        for word in words:
            if word.written and first <= word.first_line <= last:
                logged = word.new if "\n" in word.written else reworded(logged, word)
        yield BuildStep(text, first, last, "" if logged == text else logged)
