"""``build.labels`` that the Dockerfile sets, too: Docker lets the compose file win, Kaniko's ``--label`` does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.gather.dockerfile import expand
from hybridcompose.gather.facts import Reworded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from e2b_dockerfile_utils import DockerfileInstruction

    from hybridcompose.gather.dockerfile import Dockerfile, Stage

_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "\\$"})


class LabelLines(NamedTuple):
    """``added`` is a further instruction at the end of the stage; ``kept`` are the steps whose labels stay."""

    added: tuple[Reworded, ...] = ()
    kept: tuple[DockerfileInstruction, ...] = ()


def label_lines(parsed: Dockerfile, stages: Sequence[Stage], labels: Mapping[str, str]) -> LabelLines:
    """What makes ``labels`` those of the image that is made by ``stages``, one on top of the other."""
    set_by: dict[str, DockerfileInstruction] = {}
    for stage in stages:
        for step in stage.instructions:
            for word in step.args[::3] if step.name == "LABEL" else ():
                name = expand(word, parsed.escape, {}, step.start_line, keep_unset=True)
                if name in labels:
                    set_by[name] = step
    # A line of a Dockerfile cannot hold these.
    kept = [name for name in set_by if parsed.escape != "\\" or "\n" in f"{name}{labels[name]}"]
    words = " ".join(f"{_quoted(name)}={_quoted(labels[name])}" for name in sorted(set_by) if name not in kept)
    target = stages[-1]
    last = target.instructions[-1].end_line if target.instructions else target.last_line
    added = (Reworded(last, last, "", f"LABEL {words}"),) if words else ()
    return LabelLines(added, tuple(set_by[name] for name in kept))


def _quoted(text: str) -> str:
    return f'"{text.translate(_QUOTED)}"'
