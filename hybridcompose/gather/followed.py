"""One instruction with what is known before it: what rules about differences are asked with, and what they find."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.image_config import context_path
from hybridcompose.gather.stage_files import Directory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from e2b_dockerfile_utils import DockerfileInstruction, PatternMatcher

    from hybridcompose.gather.dockerfile import Dockerfile, Stage
    from hybridcompose.gather.facts import Flavour
    from hybridcompose.gather.stage_files import StageFiles


class Found(NamedTuple):
    """A difference at an instruction; ``only`` names the one kind of Kaniko that has it. An error is never built."""

    step: DockerfileInstruction
    message: str
    remedy: str
    only: Flavour | None = None
    severity: Severity = Severity.WARNING
    code: Code = Code.BUILD_DIFFERENCE


class Context(NamedTuple):
    """The directory that COPY takes files from; ``None`` where it is fetched by the builder."""

    directory: str | None
    matcher: PatternMatcher | None

    def place(self, source: str) -> str | None:
        """Where a source lies, unless it is ignored or has wildcards."""
        path = context_path(source)
        if self.directory is None or any(sign in source for sign in "*?[") or "://" in source or "<<" in source:
            return None
        if path != "." and self.matcher is not None and self.matcher.matches(path):
            return None
        return os.path.join(self.directory, path)


class Step(NamedTuple):
    """An instruction, with what is known before it and of the stages above.

    ``elsewhere`` are the arguments of earlier stages by name, with the line of each.
    """

    step: DockerfileInstruction
    files: StageFiles
    stages: Mapping[int, StageFiles]
    stage: Stage
    dockerfile: Dockerfile
    context: Context
    elsewhere: Mapping[str, int]

    @property
    def line(self) -> int:
        return self.step.start_line

    def flag(self, name: str) -> str:
        flags = (flag.partition("=") for flag in self.step.flags)
        return next((value for key, _, value in flags if key == name), "")

    @property
    def sources(self) -> list[str]:
        found = (self.files.build.expand(word, self.line) for word in self.step.args[:-1])
        return [word for word in found if word]

    @property
    def target(self) -> str | None:
        return self.files.path(self.step.args[-1], self.line) if self.step.args else None

    @property
    def owner(self) -> str:
        """Whose what COPY makes is."""
        user = self.files.build.expand(self.flag("--chown"), self.line) if self.flag("--chown") else "root"
        return "" if user is None else user.partition(":")[0] or "root"

    @property
    def origin(self) -> StageFiles | None:
        """The stage that COPY --from names."""
        found = self.dockerfile.find(self.flag("--from"), self.stage.index) if self.flag("--from") else None
        return self.stages.get(found.index) if found is not None else None

    @property
    def directories(self) -> list[tuple[str, Directory]]:
        """The sources that are directories, with what is known of them."""
        if self.flag("--from"):
            known = self.origin.directories if self.origin is not None else {}
            paths = ("/" + posixpath.normpath(source).lstrip("/") for source in self.sources)
            return [(path, known[path]) for path in paths if path in known]
        places = ((source, self.context.place(source)) for source in self.sources)
        return [(source, Directory("root")) for source, place in places if place and is_directory(place)]


def is_directory(place: str) -> bool:
    return os.path.isdir(place) and not os.path.islink(place)
