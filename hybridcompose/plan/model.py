"""``Plan``: the Kubernetes objects that a project becomes, each with the reason why it exists."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, NewType, Protocol

from hybridcompose.diagnostics import format_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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


class ContextSource(Protocol):
    """Where the bytes of a build context come from when they are streamed."""

    def send(self, take: Callable[[bytes], None]) -> None:
        """Gives the archive to ``take``, piece by piece. Raises ``OSError`` where a file cannot be read."""


class StreamedContext(NamedTuple):
    """A build context that is sent into the pod of its Job, which waits for it.

    ``container`` is the init container that waits. ``command`` is to be run in it with the gzip archive on its
    standard input: ``size`` bytes with this ``sha256`` (hexadecimal). It ends with 0 once all of them have arrived.
    """

    container: KubeName
    command: tuple[str, ...]
    size: int
    sha256: str
    source: ContextSource


class ContextArchive(NamedTuple):
    """A build context that a builder fetches: a gzip archive, ``name`` below the place that was chosen.

    ``source`` makes it: ``size`` bytes with this ``sha256`` (hexadecimal).
    """

    name: str
    size: int
    sha256: str
    source: ContextSource


class BuildStep(NamedTuple):
    """An instruction of a Dockerfile on one line, and the lines of the file that it was written on, from 1.

    ``logged`` is what the builder's log has in its place, empty where that is the same.
    """

    text: str
    line: int
    last_line: int
    logged: str = ""


class Recipe(NamedTuple):
    """What an image is built by, for who watches it: the steps in their order.

    ``file`` is the Dockerfile as the user may open it, empty where it stands in the compose file.
    """

    steps: tuple[BuildStep, ...] = ()
    file: str = ""


class BuiltImage(NamedTuple):
    """An image that a Job of this plan builds. ``reference`` is what workloads pull, with a content hash as tag.

    ``context`` says how the build context gets there where the objects of the plan do not hold it, ``archive`` what
    must lie where the builder fetches it. ``part`` is the additional context of the service's build that the image
    holds; empty for the service's own image. ``tags`` are the further names that the Job pushes the image under. A
    ``floating`` one comes from a place whose content can change while the tag stays. ``recipe`` is what it is built
    from, for who tells of its steps.
    """

    service: str
    reference: str
    push_reference: str
    job: ResourceKey
    context: StreamedContext | None = None
    part: str = ""
    tags: tuple[str, ...] = ()
    floating: bool = False
    archive: ContextArchive | None = None
    recipe: Recipe = Recipe()

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.service} ({self.part})" if self.part else self.service


class Condition(StrEnum):
    """What one service waits for another to be. Source: Compose Specification, "depends_on"."""

    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


class Need(NamedTuple):
    """One entry of ``depends_on``; one that is not required may fail."""

    service: str
    condition: Condition
    required: bool = True


class Health(NamedTuple):
    """When a service that was never healthy counts as unhealthy. All but ``retries`` in seconds."""

    start_period: float
    interval: float
    timeout: float
    retries: int


class PlannedService(NamedTuple):
    """How one service runs, for those who watch it: its workloads and what must hold before they are made.

    ``label`` is the value of its pods' service label, ``images`` the references of built images that it runs.
    ``container`` is the name of its container, ``replicas`` the number of pods that its one workload makes
    (``None``: each workload is one pod).
    """

    name: str
    label: str
    container: KubeName
    workloads: tuple[ResourceKey, ...]
    needs: tuple[Need, ...] = ()
    images: tuple[str, ...] = ()
    health: Health | None = None
    replicas: int | None = None


class Plan(NamedTuple):
    """All objects in the order of creation, and what was found on the way.

    ``str(plan)`` lists why each object exists, one a line. ``pushed`` are the images that need no build, because a
    registry holds them or those that are made from them: their digests (``sha256:…``, or empty) by reference.
    """

    project: str
    namespace: str | None
    resources: tuple[Resource, ...]
    images: tuple[BuiltImage, ...] = ()
    diagnostics: Sequence[Diagnostic] = ()
    services: tuple[PlannedService, ...] = ()
    pushed: Mapping[str, str] = MappingProxyType({})

    def __str__(self) -> str:
        return "\n".join(str(resource) for resource in self.resources)

    def by_key(self) -> Mapping[ResourceKey, Resource]:
        return {resource.key: resource for resource in self.resources}

    def resolve(self, digests: Mapping[str, str]) -> Plan:
        """The plan with built images pinned; ``digests`` (``sha256:…``) by ``BuiltImage.reference``."""
        from hybridcompose.plan.resolve import resolve

        return self._replace(resources=tuple(resolve(resource, digests) for resource in self.resources))
