"""Everything outside the compose files that a translation needs, read once into frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hybridcompose.gather.facts import Facts
    from hybridcompose.gather.registries.inspect import Inspector
    from hybridcompose.spec import Project


def gather(project: Project, inspector: Inspector | None = None) -> Facts:
    """Reads what the compose files point at: bound files, config and secret files, build contexts, Dockerfiles.

    With an ``inspector`` registries are asked for the images, too. Nothing is raised for what is missing or cannot be
    read: ``Facts.diagnostics`` says so, at its compose path.
    """
    from hybridcompose.gather.border import border_of
    from hybridcompose.gather.facts import Facts
    from hybridcompose.gather.sources import read_sources

    border = border_of(project.working_dir) if project.working_dir else ""
    sources, source_findings = read_sources(project, border)
    facts = Facts(sources=sources, diagnostics=tuple(source_findings), border=border)
    if any(element.build is not None for element in (*project.services.values(), *project.jobs.values())):
        # Archives and the Dockerfile parser are imported for projects that build something.
        from hybridcompose.gather.builds import read_builds

        builds, build_findings = read_builds(project)
        facts = facts._replace(builds=builds, diagnostics=(*source_findings, *build_findings))
    if inspector is None and not facts.builds:
        return facts
    from hybridcompose.gather.images import with_images

    return with_images(project, facts, inspector)
