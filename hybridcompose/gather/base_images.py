"""What base images add to what is known of a build: its digest covers theirs, its image inherits what they say.

A base that a registry tells nothing of leaves both as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from hybridcompose.gather.registries.inspect import Wanted
from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.gather.dockerfile import Dockerfile, Stage
    from hybridcompose.gather.facts import BuildFacts, ImageConfig
    from hybridcompose.gather.registries.inspect import Inspected
    from hybridcompose.spec import Project
    from hybridcompose.spec.build import Build
    from hybridcompose.spec.service import WorkloadSpec

_IMAGE = "docker-image://"
#: What gives an account that is there another number; those that only add accounts change none.
_RENUMBERS = re.compile(r"\b(usermod|userdel|deluser|groupmod|groupdel|delgroup|vipw|vigr)\b|/etc/(passwd|group)\b")


def base_images(project: Project, builds: Mapping[str, BuildFacts]) -> dict[str, dict[str, Wanted]]:
    """By service, the images that its build takes from registries: what the Dockerfile calls each, and which it is."""
    ours = built_names(project)
    return {name: dict(_bases(project, name, facts, ours)) for name, facts in builds.items()}


def _bases(project: Project, service: str, facts: BuildFacts, ours: frozenset[str]) -> Iterator[tuple[str, Wanted]]:
    section = section_of(project, service)
    contexts = section.additional_contexts if section is not None else {}
    element = project.services.get(service) or project.jobs.get(service)
    named = element is not None and (names_accounts(element) or _is_name(facts.image.user))
    first = _understood(section, facts)[-1].base if named and section is not None and facts.text else None
    for name in sorted({*facts.base_images, *(use.name for use in facts.uses)}):
        place = contexts.get(name, f"{_IMAGE}{name}")
        image = place.removeprefix(_IMAGE)
        if place.startswith(_IMAGE) and image not in ours:
            yield name, Wanted(image, facts.platform, name == first)


def names_accounts(element: WorkloadSpec) -> bool:
    """Whether it names users or groups that stand in its image: all but numbers and root."""
    return any(_is_name(name) for name in (element.user, *element.group_add))


def _is_name(user: str | None) -> bool:
    return any(name and name != "root" and digits(name) is None for name in (user or "").split(":"))


def _understood(section: Build, facts: BuildFacts) -> list[Stage]:
    """The stages that the built one stands on, itself first."""
    parsed = _parsed(facts)
    stages = [parsed.target(section.target)]
    while (parent := parsed.parent(stages[-1])) is not None:
        stages.append(parent)
    return stages


def _parsed(facts: BuildFacts) -> Dockerfile:
    from hybridcompose.gather.dockerfile import parse_dockerfile

    # It was understood before, so it is understood again.
    return parse_dockerfile(facts.text, facts.args, facts.platform)


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
    from hybridcompose.gather.image_config import image_of

    parsed = _parsed(facts)
    bases = {name: base.config for name, base in known.items()}
    directory = None if facts.remote else facts.context
    image = image_of(parsed, parsed.target(section.target), facts.args, facts.platform, directory, bases)
    steps = (step for stage in _understood(section, facts) for step in stage.instructions)
    if any(_renumbers(step.name, step.original) for step in steps):
        return image._replace(users={}, groups={})
    return image


def _renumbers(name: str, text: str) -> bool:
    """Whether an instruction may change who has which number."""
    return name in ("RUN", "COPY", "ADD") and (
        _RENUMBERS.search(text) is not None or (name != "RUN" and text.rsplit(maxsplit=1)[-1] in ("/", "/etc", "/etc/"))
    )
