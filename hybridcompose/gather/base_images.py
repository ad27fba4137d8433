"""What base images add to what is known of a build: its digest covers theirs, its image inherits what they say.

A base is an image of a registry, the image of another build of the project, or a directory. One that a registry tells
nothing of leaves both as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hybridcompose.gather import build_findings as findings
from hybridcompose.gather.built_images import BuiltImages, built_images
from hybridcompose.gather.registries.inspect import Wanted
from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.gather.dockerfile import Dockerfile, Stage
    from hybridcompose.gather.facts import BuildFacts, ImageConfig
    from hybridcompose.gather.registries.inspect import Inspected
    from hybridcompose.spec import Project
    from hybridcompose.spec.build import Build
    from hybridcompose.spec.container import ContainerSpec

#: What gives an account that is there another number; those that only add accounts change none.
_RENUMBERS = re.compile(r"\b(usermod|userdel|deluser|groupmod|groupdel|delgroup|vipw|vigr)\b|/etc/(passwd|group)\b")


def base_images(project: Project, builds: Mapping[str, BuildFacts]) -> dict[str, dict[str, Wanted]]:
    """By service, the images that its build takes from registries: what the Dockerfile calls each, and which it is."""
    ours = built_images(project)
    named = _with_accounts(ours, builds)
    return {name: dict(_pulled(ours, facts, name in named)) for name, facts in builds.items()}


def _pulled(ours: BuiltImages, facts: BuildFacts, named: bool) -> Iterator[tuple[str, Wanted]]:
    first = _base(ours, facts) if named else None
    for name in sorted(_names(facts)):
        image = ours.pulled(facts.service, name)
        if image is not None:
            yield name, Wanted(image, facts.platform, name == first)


def _names(facts: BuildFacts) -> set[str]:
    """All that the Dockerfile takes from outside of it."""
    return {*facts.base_images, *(use.name for use in facts.uses)}


def _with_accounts(ours: BuiltImages, builds: Mapping[str, BuildFacts]) -> set[str]:
    """The builds of whose images users or groups are wanted by name, and those that they are made from."""
    found: set[str] = set()
    left = [name for container, name in ours.containers() if names_accounts(container)]
    left += [name for name, facts in builds.items() if _is_name(facts.image.user)]
    while left:
        name = left.pop()
        if name is not None and name in builds and name not in found:
            found.add(name)
            base = _base(ours, builds[name])
            left.append(ours.builder(name, base) if base is not None else None)
    return found


def names_accounts(container: ContainerSpec) -> bool:
    """Whether it names users or groups that stand in its image, all but numbers and root; or needs a user's group."""
    named = any(_is_name(name) for name in (container.user, *container.group_add))
    return named or (":" not in (container.user or ":") and _gives_files_an_owner(container))


def _gives_files_an_owner(container: ContainerSpec) -> bool:
    """Whether a config or secret asks for one, which is the container's user then."""
    return any(mount.uid or mount.gid for mount in (*container.configs, *container.secrets))


def _is_name(user: str | None) -> bool:
    return any(name and name != "root" and digits(name) is None for name in (user or "").split(":"))


def _base(ours: BuiltImages, facts: BuildFacts) -> str | None:
    """What a build's image is made from, as the Dockerfile calls it; ``None`` where that is not known."""
    section = ours.section(facts.service)
    return _stages(section, facts, _parsed(facts))[0].base if facts.text and section is not None else None


def _stages(section: Build, facts: BuildFacts, parsed: Dockerfile) -> list[Stage]:
    return parsed.ancestry(parsed.target(section.target), section.additional_contexts)


def _parsed(facts: BuildFacts) -> Dockerfile:
    from hybridcompose.gather.dockerfile import parse_dockerfile

    # It was understood before, so it is understood again.
    return parse_dockerfile(facts.text, facts.args, facts.platform)


def with_bases(
    project: Project,
    builds: Mapping[str, BuildFacts],
    bases: Mapping[str, Mapping[str, Wanted]],
    found: Mapping[Wanted, Inspected],
) -> tuple[dict[str, BuildFacts], list[Diagnostic]]:
    """The builds with what is known of their base images, and what that shows to be wrong."""
    known = {service: {k: found[w] for k, w in names.items() if w in found} for service, names in bases.items()}
    heirs = _Heirs(built_images(project), builds, known)
    return {name: _with(facts, known[name], heirs.image(name)) for name, facts in builds.items()}, heirs.problems


def _with(facts: BuildFacts, known: Mapping[str, Inspected], image: ImageConfig) -> BuildFacts:
    if not known:
        return facts._replace(image=image)
    text = json.dumps([facts.digest, {name: base.digest for name, base in known.items()}], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return facts._replace(digest=digest, image=image, resolved=frozenset(known))


@dataclass(slots=True)
class _Heirs:
    """The images of builds, each after the one that it is made from."""

    ours: BuiltImages
    builds: Mapping[str, BuildFacts]
    known: Mapping[str, Mapping[str, Inspected]]
    problems: list[Diagnostic] = field(default_factory=list)
    _images: dict[str, ImageConfig] = field(default_factory=dict)

    def image(self, name: str) -> ImageConfig:
        if name not in self._images:
            # Who needs its own image inherits nothing: the cycle is told where the Jobs are put in order.
            self._images[name] = self.builds[name].image
            self._images[name] = self._image(self.builds[name])
        return self._images[name]

    def _image(self, facts: BuildFacts) -> ImageConfig:
        from hybridcompose.gather.dockerfile import DockerfileError
        from hybridcompose.gather.image_config import image_of

        section = self.ours.section(facts.service)
        if section is None or all(self._inherited(facts, name) is None for name in _names(facts)):
            return facts.image
        parsed = _parsed(facts)
        stages = _stages(section, facts, parsed)
        base = self._inherited(facts, stages[0].base)
        if base is None:
            return facts.image
        directory = None if facts.remote else facts.context
        try:
            image = image_of(parsed, stages, facts.args, facts.platform, directory, base)
        except DockerfileError as error:
            path, file = self.ours.path(facts.service), facts.file or None
            self.problems.append(findings.invalid_dockerfile(file, error.message, error.line, path, facts.text))
            return facts.image
        steps = (step.original for stage in stages for step in stage.instructions)
        if any(_renumbers(text) for text in (*base.on_build, *steps)):
            return image._replace(users={}, groups={})
        return image

    def _inherited(self, facts: BuildFacts, name: str) -> ImageConfig | None:
        """What is known of a build's base; ``None`` where that is nothing."""
        from hybridcompose.gather.image_config import SCRATCH

        if name in self.known[facts.service]:
            return self.known[facts.service][name].config
        builder = self.ours.builder(facts.service, name)
        if builder is not None and builder in self.builds:
            # What it has copied came from another context.
            return self.image(builder)._replace(copied=())
        return SCRATCH if name in facts.contexts else None


def _renumbers(text: str) -> bool:
    """Whether an instruction may change who has which number."""
    name, _, rest = text.partition(" ")
    if name.upper() == "ONBUILD":
        return _renumbers(rest.strip())
    return name.upper() in ("RUN", "COPY", "ADD") and (
        _RENUMBERS.search(text) is not None
        or (name.upper() != "RUN" and text.rsplit(maxsplit=1)[-1] in ("/", "/etc", "/etc/"))
    )
