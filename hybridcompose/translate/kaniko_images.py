"""The images that builds take from one another, and from named contexts.

BuildKit resolves a name in FROM or ``COPY --from`` by the build's ``additional_contexts`` first and by the engine's
images last, among which are those that the project's other services build. Kaniko knows registries alone: so the names
are replaced in the Dockerfile, and an image that a build needs is built before.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.gather.built_images import built_images
from hybridcompose.gather.registries.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.translate.scope import ProjectScope

_IMAGE, _SERVICE = "docker-image://", "service:"


class Kind(StrEnum):
    IMAGE = "image"
    SERVICE = "service"
    DIRECTORY = "directory"


class Source(NamedTuple):
    """Where a name in a Dockerfile leads: to an image, a service's built image, or a directory (named as there)."""

    kind: Kind
    name: str


class Plans(NamedTuple):
    """Every build with the digest that covers what it takes from others, and what its names lead to."""

    facts: Mapping[str, BuildFacts]
    sources: Mapping[str, Mapping[str, Source]]


def builds(root: ProjectScope) -> Plans:
    """All builds of a project; computed once."""
    sources = {name: _sources(root, name, facts) for name, facts in root.facts.builds.items()}
    found: dict[str, BuildFacts] = {}
    for name in sorted(root.facts.builds):
        _resolve(root, name, sources, found, ())
    return Plans(found, sources)


def _resolve(
    root: ProjectScope,
    name: str,
    sources: Mapping[str, Mapping[str, Source]],
    found: dict[str, BuildFacts],
    above: tuple[str, ...],
) -> str:
    """The digest of a build, after those that it needs."""
    if name in above:
        _report_cycle(root, (*above[above.index(name) :], name))
        return ""
    if name not in found:
        needed = sorted({source.name for source in sources[name].values() if source.kind is Kind.SERVICE})
        digests = {other: _resolve(root, other, sources, found, (*above, name)) for other in needed}
        found[name] = _with(root.facts.builds[name], digests)
    return found[name].digest


def _with(facts: BuildFacts, digests: Mapping[str, str]) -> BuildFacts:
    if not digests:
        return facts
    text = json.dumps([facts.digest, digests], sort_keys=True)
    return facts._replace(digest=hashlib.sha256(text.encode()).hexdigest())


def _report_cycle(root: ProjectScope, names: tuple[str, ...]) -> None:
    message = f"the image of each needs that of the next: {' → '.join(names)}"
    root.report.error(Code.DEPENDENCY_CYCLE, ("services", names[0], "build"), message, "name another image in FROM")


def _sources(root: ProjectScope, service: str, facts: BuildFacts) -> dict[str, Source]:
    found = ((use.name, _source(root, service, use.name)) for use in facts.uses)
    return {name: source for name, source in found if source is not None}


def _source(root: ProjectScope, service: str, name: str) -> Source | None:
    section = root.project.services[service].build
    place = section.additional_contexts.get(name) if section is not None else None
    if place is None:
        other = root.once(built_names).get(canonical(name))
        return Source(Kind.SERVICE, other) if other not in (None, service) else None
    if place.startswith(_SERVICE):
        return _service_image(root, service, name, place.removeprefix(_SERVICE))
    if place.startswith(_IMAGE):
        return Source(Kind.IMAGE, place.removeprefix(_IMAGE))
    if name in root.facts.builds[service].contexts:
        return Source(Kind.DIRECTORY, name)
    _refuse(root, service, name, f"Kaniko cannot fetch {place} beside the build context")
    return None


def _service_image(root: ProjectScope, service: str, name: str, target: str) -> Source | None:
    if target in root.facts.builds:
        return Source(Kind.SERVICE, target)
    _refuse(root, service, name, f"the image of the service {target!r} is not built here")
    return None


def _refuse(root: ProjectScope, service: str, name: str, message: str) -> None:
    path = ("services", service, "build", "additional_contexts", name)
    root.report.error(Code.NO_EQUIVALENT, path, message, "give a directory, docker-image://IMAGE or service:NAME")


def built_names(root: ProjectScope) -> dict[str, str]:
    """The services by the full names of the images that they build."""
    return {
        name: service for name, service in built_images(root.project).builders.items() if service in root.facts.builds
    }


def unused_contexts(root: ProjectScope, service: str) -> Iterator[str]:
    """The additional contexts that nothing in the Dockerfile names, as far as it is known."""
    section, facts = root.project.services[service].build, root.facts.builds[service]
    used = {use.name for use in facts.uses}
    return (name for name in sorted(section.additional_contexts if section else ()) if name not in used)
