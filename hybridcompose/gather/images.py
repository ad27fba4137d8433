"""The images of a project, as far as they are known: those that it pulls, builds, and builds from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.gather.base_images import base_images, names_accounts, with_bases
from hybridcompose.gather.built_images import built_images
from hybridcompose.gather.registries.inspect import Wanted, of_images

if TYPE_CHECKING:
    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.gather.facts import Facts, ImageConfig
    from hybridcompose.gather.registries.inspect import Inspected, Inspector
    from hybridcompose.spec import Project


def with_images(project: Project, facts: Facts, inspector: Inspector | None = None) -> Facts:
    """The facts with what the project's own builds tell, and with an ``inspector`` what registries tell.

    What nobody tells is not known; of registries it is noted.
    """
    pulled, bases = pulled_images(project), base_images(project, facts.builds)
    found: dict[Wanted, Inspected] = {}
    notes: list[Diagnostic] = []
    if inspector is not None:
        wanted = [*pulled.values(), *(one for names in bases.values() for one in names.values())]
        found, notes = inspector.inspect(wanted)
    builds, problems = with_bases(project, facts.builds, bases, found)
    facts = facts._replace(builds=builds, diagnostics=(*facts.diagnostics, *notes, *problems))
    return facts._replace(images={**of_images(found, pulled), **_built_here(project, facts)})


def _built_here(project: Project, facts: Facts) -> dict[str, ImageConfig]:
    """The images that a container names and another service builds."""
    return {
        container.image: facts.builds[name].image
        for container, name in built_images(project).containers()
        if container.image and name is not None and name in facts.builds
    }


def pulled_images(project: Project) -> dict[str, Wanted]:
    """The images that services, jobs and hooks run and nobody here builds, by the name that the compose file gives."""
    default = project.environment.get("DOCKER_DEFAULT_PLATFORM") or None
    found: dict[str, Wanted] = {}
    for container, builder in built_images(project).containers():
        if container.image and builder is None:
            known = found.get(container.image, Wanted(container.image, container.platform or default))
            found[container.image] = known._replace(accounts=known.accounts or names_accounts(container))
    return found
