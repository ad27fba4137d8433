"""What base images add to what is known of a build: its digest covers theirs, its image inherits what they say.

A base that a registry tells nothing of leaves both as they are.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from hybridcompose.gather.registries.inspect import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.gather.facts import BuildFacts, ImageConfig
    from hybridcompose.gather.registries.inspect import Inspected
    from hybridcompose.spec import Project
    from hybridcompose.spec.build import Build

_IMAGE = "docker-image://"


def base_images(project: Project, builds: Mapping[str, BuildFacts]) -> dict[str, dict[str, Wanted]]:
    """By service, the images that its build takes from registries: what the Dockerfile calls each, and which it is."""
    ours = built_names(project)
    return {name: dict(_bases(section_of(project, name), facts, ours)) for name, facts in builds.items()}


def _bases(section: Build | None, facts: BuildFacts, ours: frozenset[str]) -> Iterator[tuple[str, Wanted]]:
    contexts = section.additional_contexts if section is not None else {}
    for name in sorted({*facts.base_images, *(use.name for use in facts.uses)}):
        place = contexts.get(name, f"{_IMAGE}{name}")
        image = place.removeprefix(_IMAGE)
        if place.startswith(_IMAGE) and image not in ours:
            yield name, Wanted(image, facts.platform)


def built_names(project: Project) -> frozenset[str]:
    """The names of the images that the project builds."""
    built = [(name, element.image) for name, element in project.services.items() if element.build is not None]
    return frozenset(image or f"{project.name}-{name}" for name, image in built)


def section_of(project: Project, name: str) -> Build | None:
    element = project.services.get(name) or project.jobs.get(name)
    return element.build if element is not None else None


def with_bases(
    project: Project,
    builds: Mapping[str, BuildFacts],
    bases: Mapping[str, Mapping[str, Wanted]],
    found: Mapping[Wanted, Inspected],
) -> dict[str, BuildFacts]:
    """The builds with what was found of their base images."""
    return {
        name: _with(section_of(project, name), facts, {k: found[w] for k, w in bases[name].items() if w in found})
        for name, facts in builds.items()
    }


def _with(section: Build | None, facts: BuildFacts, known: Mapping[str, Inspected]) -> BuildFacts:
    if not known or section is None:
        return facts
    text = json.dumps([facts.digest, {name: base.digest for name, base in known.items()}], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    resolved = frozenset(known)
    return facts._replace(digest=digest, image=_image(section, facts, known), resolved=resolved)


def _image(section: Build, facts: BuildFacts, known: Mapping[str, Inspected]) -> ImageConfig:
    from hybridcompose.gather.dockerfile import parse_dockerfile
    from hybridcompose.gather.image_config import image_of

    # It was understood without the bases, so it is understood with them.
    parsed = parse_dockerfile(facts.text, facts.args, facts.platform)
    bases = {name: base.config for name, base in known.items()}
    directory = None if facts.remote else facts.context
    return image_of(parsed, parsed.target(section.target), facts.args, facts.platform, directory, bases)
