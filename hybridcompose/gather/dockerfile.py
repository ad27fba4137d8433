"""A Dockerfile as stages, with the arguments that hold before the first one.

Source: Dockerfile reference. Parsed by ``e2b_dockerfile_utils``, a port of BuildKit's parser: heredocs, continuation
lines, directives and flags are read as BuildKit reads them.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from e2b_dockerfile_utils import DockerfileSyntaxError, ShellLex, parse_dockerfile_ast

from hybridcompose.gather.registries.names import DEFAULT_PLATFORM
from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from e2b_dockerfile_utils import DockerfileInstruction

_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
#: A word with nothing in it but variables and characters that stand for themselves: most are, and need no lexer.
_SIMPLE_WORD = re.compile(r"(?:[A-Za-z0-9 _./:@%+,=~-]++|\$(?:[A-Za-z_][A-Za-z0-9_]*+|\{[A-Za-z_][A-Za-z0-9_]*+\}))*+")
_REFERENCE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
#: Variables may add this much to a word.
_MAX_WORD = 512 * 1024
#: More lines than that are no program's: what is not in a heredoc must fit into one argument of a process, or be an
#: instruction of its own.
_MAX_LINES = 32_768
_NO_TRIGGERS = ("FROM", "MAINTAINER", "ONBUILD")
#: How many names a message lists.
_SHOWN = 10


class DockerfileError(ValueError):
    """What BuildKit would refuse; ``line`` counts from 1, 0 where no line is to blame."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class UnknownStageError(DockerfileError):
    """The build's ``target`` is no stage of its Dockerfile; ``known`` are the names of those that are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no stage {name!r} (stages: {', '.join(known[:_SHOWN]) or 'none has a name'})")
        self.known = known


@dataclass(frozen=True, slots=True)
class Stage:
    """One ``FROM`` and the instructions below it. ``base`` has its arguments expanded, ``flags`` are as written.

    ``written`` is the base as it stands in the file, from ``line`` to ``last_line``.
    """

    index: int
    base: str
    name: str | None
    line: int
    flags: tuple[str, ...]
    instructions: tuple[DockerfileInstruction, ...]
    written: str = ""
    last_line: int = 0


class Dockerfile(NamedTuple):
    """``arguments`` are the values of the ARG instructions before the first stage."""

    stages: tuple[Stage, ...]
    escape: str
    arguments: Mapping[str, str]
    #: The indexes of the stages of each name, in order.
    named: Mapping[str, Sequence[int]]

    def find(self, name: str, before: int | None = None) -> Stage | None:
        """The stage of that name or number, looked for above the stage ``before``."""
        end = len(self.stages) if before is None else before
        indexes = self.named.get(name.lower(), ())
        place = bisect.bisect_left(indexes, end)
        if place:
            return self.stages[indexes[place - 1]]
        number = digits(name)
        return self.stages[number] if number is not None and number < end else None

    def target(self, name: str | None) -> Stage:
        """The stage that is built: the last one unless another is named. Raises ``UnknownStageError``.

        A number is no name here, other than in ``COPY --from``.
        """
        if not name:
            return self.stages[-1]
        indexes = self.named.get(name.lower())
        if not indexes:
            raise UnknownStageError(name, [stage.name for stage in self.stages if stage.name])
        return self.stages[indexes[-1]]

    def parent(self, stage: Stage) -> Stage | None:
        """The earlier stage that this one is based on."""
        return self.find(stage.base, stage.index)

    def ancestry(self, target: Stage, contexts: Collection[str] = ()) -> list[Stage]:
        """The stages that ``target`` is made from, the first one first, and itself at the end.

        The build's named ``contexts`` win over stages of the same name.
        """
        stages = [target]
        while stages[-1].base not in contexts and (parent := self.parent(stages[-1])) is not None:
            stages.append(parent)
        return stages[::-1]

    def needed(self, target: Stage) -> tuple[Stage, ...]:
        """The stages that building ``target`` takes, in the order of the file."""
        wanted = {target.index}
        for stage in reversed(self.stages[: target.index + 1]):
            if stage.index in wanted:
                sources = (self.find(name, stage.index) for name in (stage.base, *copied_from(stage)))
                wanted.update(source.index for source in sources if source is not None)
        return tuple(self.stages[index] for index in sorted(wanted))

    def base_images(self, target: Stage) -> tuple[str, ...]:
        """The images that building ``target`` pulls, sorted."""
        return tuple(
            sorted(
                {
                    name
                    for stage in self.needed(target)
                    for name in (stage.base, *copied_from(stage))
                    if name != "scratch" and self.find(name, stage.index) is None
                }
            )
        )


def copied_from(stage: Stage) -> Iterator[str]:
    """The stages and images that ``COPY --from`` and ``RUN --mount=from=`` of a stage name."""
    for instruction in stage.instructions:
        for flag in instruction.flags:
            name, _, value = flag.partition("=")
            if name == "--from" and value:
                yield value
            elif name == "--mount":
                yield from (part[5:] for part in value.split(",") if part.startswith("from=") and part != "from=")


def trigger(text: str, line: int) -> DockerfileInstruction:
    """The instruction that ONBUILD leaves to others, as if it stood at ``line``. Raises ``DockerfileError``."""
    try:
        steps = parse_dockerfile_ast(text).instructions
    except DockerfileSyntaxError as error:
        raise DockerfileError(str(error).partition(": ")[2], line) from None
    if len(steps) != 1 or steps[0].name in _NO_TRIGGERS:
        named = steps[0].name if steps else "nothing"
        raise DockerfileError(f"ONBUILD cannot be followed by {named}", line)
    return replace(steps[0], start_line=line, end_line=line)


def parse_dockerfile(text: str, args: Mapping[str, str], platform: str | None = None) -> Dockerfile:
    """Reads a Dockerfile with the build's arguments. Raises ``DockerfileError``."""
    if "<<" not in text and text.count("\n") > _MAX_LINES:
        raise DockerfileError(f"it has more than {_MAX_LINES:,} lines", _MAX_LINES + 1)
    try:
        parsed = parse_dockerfile_ast(text)
    except DockerfileSyntaxError as error:
        line = error.line or 0
        raise DockerfileError(str(error).partition(": ")[2], line) from None
    first = next((index for index, step in enumerate(parsed.instructions) if step.name == "FROM"), None)
    if first is None:
        raise DockerfileError("it has no FROM instruction")
    known = _before_first_stage(parsed.instructions[:first], parsed.escape_token, args, platform)
    stages = tuple(_stages(parsed.instructions[first:], parsed.escape_token, known))
    named: dict[str, list[int]] = {}
    for stage in stages:
        if stage.name is not None:
            named.setdefault(stage.name, []).append(stage.index)
    return Dockerfile(stages, parsed.escape_token, known, named)


def _before_first_stage(
    instructions: Sequence[DockerfileInstruction], escape: str, args: Mapping[str, str], platform: str | None
) -> dict[str, str]:
    known = platform_arguments(platform)
    for step in instructions:
        if step.name != "ARG":
            raise DockerfileError(f"{step.name} stands before the first FROM", step.start_line)
        for word in step.args:
            name, equals, default = word.partition("=")
            value = args.get(name, expand(default, escape, known, step.start_line) if equals else known.get(name))
            if value is not None:
                known[name] = value
    return known


def platform_arguments(platform: str | None) -> dict[str, str]:
    """The arguments that say what is built for, and on what (the same here: the builder runs on such a node)."""
    system, _, rest = (platform or DEFAULT_PLATFORM).partition("/")
    architecture, _, variant = rest.partition("/")
    values = {"PLATFORM": platform or DEFAULT_PLATFORM, "OS": system, "ARCH": architecture, "VARIANT": variant}
    return {f"{side}{name}": value for side in ("TARGET", "BUILD") for name, value in values.items()}


def _stages(instructions: Sequence[DockerfileInstruction], escape: str, known: Mapping[str, str]) -> Iterator[Stage]:
    starts = [index for index, step in enumerate(instructions) if step.name == "FROM"]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(instructions)], strict=True)):
        step = instructions[start]
        words = step.args
        if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "as"):
            raise DockerfileError("FROM takes an image, or an image, AS and a name", step.start_line)
        base = expand(words[0], escape, known, step.start_line)
        if not base:
            raise DockerfileError(f"FROM {words[0]} names no image", step.start_line)
        name = words[2].lower() if len(words) == 3 else None
        body = tuple(instructions[start + 1 : end])
        yield Stage(number, base, name, step.start_line, tuple(step.flags), body, words[0], step.end_line)


def expand(word: str, escape: str, known: Mapping[str, str], line: int, *, keep_unset: bool = False) -> str:
    """A word with its variables replaced and its quotes removed. Raises ``DockerfileError``.

    ``keep_unset``: a variable that is not known stays as it is written; otherwise it is empty.
    """
    if "$" in word and sum(len(known.get(found[1], "")) for found in _VARIABLE.finditer(word)) > _MAX_WORD:
        raise DockerfileError(f"variables make the line grow beyond {_MAX_WORD >> 10} KiB", line)
    if _SIMPLE_WORD.fullmatch(word):
        return _REFERENCE.sub(lambda found: known.get(found[1], found[0] if keep_unset else ""), word)
    try:
        return ShellLex(escape, env=known, skip_unset_env=keep_unset).process_word(word)
    except ValueError as error:
        raise DockerfileError(str(error), line) from None
