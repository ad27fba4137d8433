"""What a translation of an example gives: objects and findings, also where it is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from hybridcompose.diagnostics import ComposePath, Diagnostic, TranslateError
from hybridcompose.gather.facts import BoundSource, BuildFacts, Facts, SourceFile, SourceKind
from hybridcompose.spec import Project
from hybridcompose.translate import Options, translate


@dataclass(frozen=True, slots=True)
class Outcome:
    objects: tuple[dict[str, Any], ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def paths(self) -> frozenset[ComposePath]:
        return frozenset(diagnostic.path for diagnostic in self.diagnostics)


def outcome_of(data: dict[str, Any]) -> Outcome:
    """Translates a project that is given in canonical form; bound files and build contexts exist."""
    project = Project.model_validate(data)
    try:
        plan = translate(project, facts_of(project), Options(registry="registry.test:5000"))
    except TranslateError as error:
        return Outcome((), error.diagnostics)
    return Outcome(tuple(resource.manifest for resource in plan.resources), plan.diagnostics)


def facts_of(project: Project) -> Facts:
    """Facts in which everything that the project names is there."""
    paths = {entry.file for kind in (project.configs, project.secrets) for entry in kind.values() if entry.file}
    for service in project.services.values():
        paths |= {mount.source for mount in service.volumes if mount.type == "bind" and mount.source}
    sources = {
        path: BoundSource(path, SourceKind.FILE, 0o644, 4, (SourceFile("", 0o644, 4, b"text"),)) for path in paths
    }
    builds = {name: _build(name, service.build) for name, service in project.services.items() if service.build}
    return Facts(sources=sources, builds=builds)


def _build(name: str, build: Any) -> BuildFacts:
    digest = hashlib.sha256(json.dumps(build.to_dict(), sort_keys=True).encode()).hexdigest()
    return BuildFacts(name, build.context or "/project", digest, build.dockerfile or "Dockerfile", b"archive", 7)
