"""The heredocs of RUN as lines that a shell makes the same text of.

Kaniko 1.24.0 runs the first line of such a step alone. What Docker gives to the shell is written to one line here, with
the shell's own means, so that the shell stays the one of the stage, which a base image may have chosen.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from hybridcompose.gather.facts import Reworded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from e2b_dockerfile_utils import DockerfileInstruction

    from hybridcompose.gather.dockerfile import Dockerfile, Stage

_SHELLS = ("ash", "bash", "dash", "ksh", "mksh", "sh", "zsh")
#: Kaniko reads no longer ones.
_MAX_LINE = 60_000
_WHOLE = re.compile(r"<<-?[\"']?[A-Za-z_]\w*[\"']?")
_ESCAPED = str.maketrans({"\\": "\\\\", "%": "%%", "'": "\\047", "<": "\\074", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def run_lines(parsed: Dockerfile, target: Stage, text: str) -> Iterator[Reworded]:
    """What to write for each RUN with a heredoc in the stages that ``target`` takes, of the Dockerfile ``text``."""
    lines = re.split(r"(?<=\n)", text)
    shells: dict[int, str] = {}
    for stage in parsed.needed(target):
        parent = parsed.parent(stage)
        shell = shells.get(parent.index, "sh") if parent is not None else "sh"
        for step in stage.instructions:
            if step.name == "SHELL" and step.args:
                shell = posixpath.basename(step.args[0])
            elif step.name == "RUN" and step.heredocs and shell in _SHELLS:
                line = _line(step)
                if line is not None:
                    written = "".join(lines[step.start_line - 1 : step.end_line])
                    yield Reworded(step.start_line, step.end_line, written, line)
        shells[stage.index] = shell


def _line(step: DockerfileInstruction) -> str | None:
    """``None`` where the step brings its own interpreter, or is too long."""
    script = _script(step)
    if script.startswith("#!"):
        return None
    flags = "".join(f"{flag} " for flag in step.flags)
    line = f"RUN {flags}eval \"$(printf '{script.translate(_ESCAPED)}')\""
    return line if len(line.encode("utf-8", "surrogateescape")) < _MAX_LINE else None


def _script(step: DockerfileInstruction) -> str:
    """What BuildKit gives to the shell: the heredoc itself if there is nothing else, or all of it."""
    first = step.heredocs[0]
    if len(step.args) == 1 and _WHOLE.fullmatch(step.args[0]):
        return re.sub(r"(?m)^\t+", "", first.content) if first.chomp else first.content
    return " ".join(step.args) + "".join(f"\n{heredoc.content}{heredoc.name}" for heredoc in step.heredocs)
