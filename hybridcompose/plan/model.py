"""``Plan``: the Kubernetes objects that a project becomes, each with the reason why it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NewType

from hybridcompose.diagnostics import format_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.diagnostics import ComposePath, Diagnostic

KubeName = NewType("KubeName", str)
Manifest = dict[str, Any]


class ResourceKey(NamedTuple):
    """What identifies an object inside one namespace."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.lower()}/{self.name}"


class Resource(NamedTuple):
    """One Kubernetes object.

    ``manifest`` is the object as its JSON; nobody changes it after the plan is made. ``cause`` is the compose
    element that it exists for, ``reason`` one sentence that says why.
    """

    manifest: Manifest
    cause: ComposePath
    reason: str
    waits_for: tuple[ResourceKey, ...] = ()

    @property
    def key(self) -> ResourceKey:
        return ResourceKey(self.manifest["kind"], self.manifest["metadata"]["name"])

    def __str__(self) -> str:
        waits = f"; after {', '.join(str(key) for key in self.waits_for)}" if self.waits_for else ""
        return f"{self.key}: {self.reason} [{format_path(self.cause)}]{waits}"


class BuiltImage(NamedTuple):
    """An image that a Job of this plan builds. ``reference`` is what workloads pull, with a content hash as tag."""

    service: str
    reference: str
    push_reference: str
    job: ResourceKey


class Plan(NamedTuple):
    """All objects in the order of creation, and what was found on the way.

    ``str(plan)`` lists why each object exists, one a line.
    """

    project: str
    namespace: str | None
    resources: tuple[Resource, ...]
    images: tuple[BuiltImage, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def __str__(self) -> str:
        return "\n".join(str(resource) for resource in self.resources)

    def by_key(self) -> Mapping[ResourceKey, Resource]:
        return {resource.key: resource for resource in self.resources}
