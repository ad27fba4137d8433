"""Where the images lead that a project's Dockerfiles and services name: to a registry, or to one of its own builds.

BuildKit looks a name of a Dockerfile up in the build's ``additional_contexts`` first, and among the engine's images
last, where those are that the project's other services have built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.gather.registries.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project
    from hybridcompose.spec.build import Build
    from hybridcompose.spec.container import ContainerSpec
    from hybridcompose.spec.service import WorkloadSpec

_IMAGE, _SERVICE = "docker-image://", "service:"


class BuiltImages(NamedTuple):
    """``elements`` are the services and jobs; ``builders`` those that build, by the full names of the images."""

    project: Project
    elements: Mapping[str, WorkloadSpec]
    builders: Mapping[str, str]

    def path(self, name: str) -> ComposePath:
        """Where the ``build`` of a service or job stands."""
        return ("services" if name in self.project.services else "jobs", name, "build")

    def section(self, name: str) -> Build | None:
        """The ``build`` of a service or job."""
        element = self.elements.get(name)
        return element.build if element is not None else None

    def containers(self) -> Iterator[tuple[ContainerSpec, str | None]]:
        """Everything that runs an image, and the name of the build that makes it, where the project does."""
        for name, element in self.elements.items():
            yield element, name if element.build is not None else self._named(element.image)
            for hook in getattr(element, "pre_start", ()):
                own = hook.image in (None, element.image)
                yield hook, name if own and element.build is not None else self._named(hook.image or element.image)

    def builder(self, service: str, name: str) -> str | None:
        """Which other build makes the image that a Dockerfile calls ``name``."""
        place = self._place(service, name)
        if place is not None:
            return place.removeprefix(_SERVICE) if place.startswith(_SERVICE) else None
        other = self._named(name)
        return other if other != service else None

    def pulled(self, service: str, name: str) -> str | None:
        """Which image of a registry a Dockerfile calls ``name``."""
        place = self._place(service, name)
        if place is not None:
            return place.removeprefix(_IMAGE) if place.startswith(_IMAGE) else None
        return name if self.builder(service, name) is None else None

    def _named(self, image: str | None) -> str | None:
        return self.builders.get(canonical(image)) if image else None

    def _place(self, service: str, name: str) -> str | None:
        section = self.section(service)
        return section.additional_contexts.get(name) if section is not None else None


def built_images(project: Project) -> BuiltImages:
    """Those of a project. Where several builds give their images one name, the first counts."""
    elements: dict[str, WorkloadSpec] = {**project.jobs, **project.services}
    builders: dict[str, str] = {}
    for name in sorted(elements):
        if elements[name].build is not None:
            builders.setdefault(canonical(elements[name].image or f"{project.name}-{name}"), name)
    return BuiltImages(project, elements, builders)
