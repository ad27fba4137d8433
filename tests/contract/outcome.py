"""What a translation of an example gives: objects and findings, also where it is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from hybridcompose.diagnostics import ComposePath, Diagnostic, TranslateError
from hybridcompose.gather.facts import BoundSource, BuildFacts, Facts, ImageUse, SourceFile, SourceKind
from hybridcompose.spec import Project
from hybridcompose.translate import Options, translate


@dataclass(frozen=True, slots=True)
class Outcome:
    objects: tuple[dict[str, Any], ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def paths(self) -> frozenset[ComposePath]:
        return frozenset(diagnostic.path for diagnostic in self.diagnostics)


#: What gathering makes a build's digest from.
_SEEN_BY_A_BUILD = ("args", "context", "dockerfile", "dockerfile_inline", "labels", "platforms", "target")


def outcome_of(data: dict[str, Any], options: Options | None = None) -> Outcome:
    """Translates a project that is given in canonical form; bound files and build contexts exist."""
    options = (options or Options())._replace(registry="registry.test:5000")
    project = Project.model_validate(data)
    try:
        plan = translate(project, facts_of(project), options)
    except TranslateError as error:
        return Outcome((), error.diagnostics)
    return Outcome(tuple(resource.manifest for resource in plan.resources), tuple(plan.diagnostics))


def facts_of(project: Project) -> Facts:
    """Facts in which everything that the project names is there, except what is called ``missing``."""
    paths = {entry.file for kind in (project.configs, project.secrets) for entry in kind.values() if entry.file}
    workloads = {**project.services, **project.jobs}
    hooks = [hook for service in project.services.values() for hook in service.pre_start]
    for container in (*workloads.values(), *hooks):
        paths |= {mount.source for mount in container.volumes if mount.type == "bind" and mount.source}
    sources = {path: _source(path) for path in paths}
    builds = {name: _build(name, workload.build) for name, workload in workloads.items() if workload.build}
    return Facts(sources=sources, builds=builds)


def _source(path: str) -> BoundSource:
    inside = path.startswith("/project/")
    if path.endswith("/missing"):
        return BoundSource(path, SourceKind.MISSING, inside_project=inside)
    file = SourceFile("", 0o644, len(path), path.encode())
    return BoundSource(path, SourceKind.FILE, 0o644, len(path), (file,), inside_project=inside)


def _build(name: str, build: Any) -> BuildFacts:
    seen = [build.to_dict().get(key) for key in _SEEN_BY_A_BUILD]
    digest = hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()
    facts = BuildFacts(name, build.context or "/project", digest, build.dockerfile or "Dockerfile", b"archive", 7)
    # Every named context is used; those of the examples are directories.
    uses = tuple(ImageUse(context, 1, 1, context) for context in build.additional_contexts)
    text = "".join(f"FROM {context}\n" for context in build.additional_contexts)
    contexts = {context: facts._replace(context=place) for context, place in build.additional_contexts.items()}
    return facts._replace(uses=uses, text=text, contexts=contexts)
