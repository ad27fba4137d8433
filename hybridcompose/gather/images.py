"""The images of a project, as their registries describe them: those that it pulls, and those that it builds from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.gather.base_images import base_images, built_names, names_accounts, with_bases
from hybridcompose.gather.registries.inspect import Wanted, of_images

if TYPE_CHECKING:
    from hybridcompose.gather.facts import Facts
    from hybridcompose.gather.registries.inspect import Inspector
    from hybridcompose.spec import Project


def with_images(project: Project, facts: Facts, inspector: Inspector) -> Facts:
    """The facts with what registries tell. What they do not tell is not known, and noted."""
    pulled, bases = pulled_images(project), base_images(project, facts.builds)
    wanted = [*pulled.values(), *(one for names in bases.values() for one in names.values())]
    found, notes = inspector.inspect(wanted)
    return facts._replace(
        images=of_images(found, pulled),
        builds=with_bases(project, facts.builds, bases, found),
        diagnostics=(*facts.diagnostics, *notes),
    )


def pulled_images(project: Project) -> dict[str, Wanted]:
    """The images that services and jobs run and nobody here builds, by the name that the compose file gives them."""
    ours = built_names(project)
    default = project.environment.get("DOCKER_DEFAULT_PLATFORM") or None
    found: dict[str, Wanted] = {}
    for element in (*project.services.values(), *project.jobs.values()):
        if element.image and element.build is None and element.image not in ours:
            known = found.get(element.image, Wanted(element.image, element.platform or default))
            found[element.image] = known._replace(accounts=known.accounts or names_accounts(element))
    return found
