"""References to stages by number or in capital letters, which some builders do not follow, as names.

Kaniko 1.24.0 leaves out stages that it takes for unused, those without a name among them, and then counts the rest
anew: ``COPY --from=2`` takes from another stage or from none. Where the last stage takes none, it builds them all
unless a target is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.gather.facts import Reworded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hybridcompose.gather.dockerfile import Dockerfile, Stage


class StageNames(NamedTuple):
    """``target`` is the name of the stage that is built; empty where it is the last one and takes all others."""

    reworded: tuple[Reworded, ...] = ()
    target: str = ""


def stage_names(parsed: Dockerfile, target: Stage, contexts: Collection[str], *, is_named: bool) -> StageNames:
    """What to write so that all references of the stages that ``target`` takes are names in small letters.

    A name of the build's ``contexts`` is no stage's. ``is_named``: the build names its target.
    """
    names: dict[int, str] = {stage.index: stage.name for stage in parsed.stages if stage.name}

    def name_of(stage: Stage) -> str:
        if stage.index not in names:
            name = f"stage-{stage.index}"
            while name in names.values():
                name += "-"
            names[stage.index] = name
        return names[stage.index]

    def words() -> Iterator[Reworded]:
        for stage in parsed.needed(target):
            parent = parsed.parent(stage) if stage.base not in contexts else None
            if parent is not None and stage.base != name_of(parent):
                yield Reworded(stage.line, stage.last_line, stage.written, name_of(parent))
            for step in stage.instructions:
                for flag in step.flags if step.name == "COPY" else ():
                    word = flag.removeprefix("--from=")
                    origin = parsed.find(word, stage.index) if word != flag and word not in contexts else None
                    if origin is not None and word != name_of(origin):
                        yield Reworded(step.start_line, step.end_line, flag, f"--from={name_of(origin)}")

    found = list(words())
    wanted = name_of(target) if is_named or len(parsed.needed(target)) <= target.index else ""
    given = (
        Reworded(stage.line, stage.last_line, stage.written, f"{stage.written} AS {names[stage.index]}")
        for stage in parsed.stages
        if stage.name is None and stage.index in names
    )
    return StageNames((*given, *found), wanted)
