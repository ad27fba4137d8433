"""The reference loader as a process that answers load requests."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.contract.reference import missing
from tools.go_programs import UnbuildableError, built

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULE = Path(__file__).parent
SOURCES = ("go.mod", "go.sum", "loader/main.go")


@dataclass(frozen=True)
class LoadRequest:
    """One load, as the options of ``docker compose`` say it. Files are relative to ``directory`` or absolute."""

    directory: str
    files: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    profiles: Sequence[str] = ()
    project_name: str | None = None
    env_files: Sequence[str] = ()
    #: Stages to leave out, as the options of ``docker compose config`` call them: ``interpolate`` and so on.
    skip: Sequence[str] = ()

    def line(self) -> str:
        names = {"dir": self.directory, "files": [*self.files], "environment": dict(self.environment)}
        more = {"profiles": [*self.profiles], "project_name": self.project_name or "", "env_files": [*self.env_files]}
        return json.dumps({**names, **more, "skip": [*self.skip]})


@dataclass(frozen=True)
class Answer:
    """The canonical project, or why there is none. ``crashed``: the reference panicked."""

    ok: bool
    project: Any = None
    error: str = ""
    crashed: bool = False


def built_loader() -> Path:
    """The program; skips where it cannot be built, which is a failure in CI."""
    try:
        return built(MODULE, "./loader", SOURCES)
    except UnbuildableError as error:
        missing(str(error))


class ReferenceLoader:
    """The running program. Use it in a ``with`` statement."""

    def __init__(self, program: Path, home: str) -> None:
        self.process = subprocess.Popen(
            [str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={"HOME": home, "PATH": os.defpath},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def load(self, request: LoadRequest) -> Answer:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(request.line() + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return Answer(answer["ok"], answer.get("project"), answer.get("error", ""), answer.get("crashed", False))
