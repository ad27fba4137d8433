"""What a translating function may read, and what it writes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.gather.facts import BuildFacts, Facts, ImageConfig
    from hybridcompose.plan import BuiltImage, KubeName, Manifest, Resource
    from hybridcompose.spec import Project, Service
    from hybridcompose.spec.extension import ServiceSettings
    from hybridcompose.spec.job import Job
    from hybridcompose.translate.names import Names
    from hybridcompose.translate.options import Options
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProjectScope:
    """A whole translation's input: the project, what is known around it, the user's choices.

    ``awaited`` holds, by service, the conditions that other services wait for. ``project.services`` also holds the
    ``jobs``, as services. ``settings`` is what the project says in ``x-hybridcompose``, if it says anything.
    """

    project: Project
    facts: Facts
    options: Options
    names: Names
    report: Report
    awaited: Mapping[str, frozenset[str]] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    settings: Settings | None = None
    _known: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _scopes: dict[str, ServiceScope] = field(default_factory=dict, init=False, repr=False, compare=False)

    def service(self, name: str) -> ServiceScope:
        """The scope of one service: what its concern functions read. Made once: those that wait for it ask, too."""
        known = self._scopes.get(name)
        if known is None:
            self._scopes[name] = known = self._scope_of(name)
        return known

    def _scope_of(self, name: str) -> ServiceScope:
        from hybridcompose.gather.facts import ImageConfig

        service = self.project.services[name]
        build = self.facts.builds.get(name)
        image = build.image if build else self.facts.images.get(service.image or "", ImageConfig())
        return ServiceScope(self, name, service, self.names.services[name], image, build)

    def pod_of(self, name: str) -> str:
        """The service in whose pod a service runs: another one's where they share a network."""
        if not self.project.services[name].network_mode:
            return name
        from hybridcompose.translate.pod_groups import leaders

        return self.once(leaders).get(name, name)

    def once(self, derive: Callable[[ProjectScope], T]) -> T:
        """What ``derive`` says about the whole project, computed for the first service that asks."""
        if derive not in self._known:
            self._known[derive] = derive(self)
        known: T = self._known[derive]
        return known


class ServiceScope(NamedTuple):
    """One service's input. ``image`` is what is known of the configuration of the image that it runs.

    ``at`` is the compose path of what is translated, where that is no service of its own, and ``own_report`` takes
    what is found there.
    """

    root: ProjectScope
    name: str
    service: Service
    kube_name: KubeName
    image: ImageConfig
    build: BuildFacts | None
    at: ComposePath = ()
    own_report: Report | None = None

    @property
    def project(self) -> Project:
        return self.root.project

    @property
    def facts(self) -> Facts:
        return self.root.facts

    @property
    def options(self) -> Options:
        return self.root.options

    @property
    def names(self) -> Names:
        return self.root.names

    @property
    def report(self) -> Report:
        return self.own_report or self.root.report

    @property
    def settings(self) -> ServiceSettings | None:
        """The service's ``x-hybridcompose``, with defaults; ``None`` where the project has none at all."""
        return self.root.settings.services.get(self.name) if self.root.settings is not None else None

    def path(self, *parts: str | int) -> ComposePath:
        """The compose path of a key of this service."""
        return (*self.at, *parts) if self.at else ("services", self.name, *parts)


@dataclass(slots=True)
class PodDraft:
    """The pod of one service while its keys are translated into it.

    ``container`` is the main container's fields, ``pod`` the other fields of the PodSpec. Init containers run in
    ascending ``stage``: waiting for dependencies, setting up DNS, then filling volumes, then what the project asks
    for, at last the service itself where its success is awaited. ``companions`` are further main containers.
    ``resources`` are the other objects that the service needs (ConfigMaps, Secrets, Services, Jobs).
    """

    WAIT: ClassVar[int] = 10
    NAMES: ClassVar[int] = 15
    FILL: ClassVar[int] = 20
    HOOK: ClassVar[int] = 30
    SELF: ClassVar[int] = 40

    container: Manifest = field(default_factory=dict)
    pod: Manifest = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    volumes: list[Manifest] = field(default_factory=list)
    mounts: list[Manifest] = field(default_factory=list)
    init_containers: list[tuple[int, Manifest]] = field(default_factory=list)
    companions: list[Manifest] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    images: list[BuiltImage] = field(default_factory=list)

    def security(self) -> dict[str, Any]:
        """The main container's securityContext, made on first use."""
        context: dict[str, Any] = self.container.setdefault("securityContext", {})
        return context

    def pod_security(self) -> dict[str, Any]:
        """The pod's securityContext, made on first use."""
        context: dict[str, Any] = self.pod.setdefault("securityContext", {})
        return context

    def add_volume(self, volume: Manifest) -> None:
        """Adds a pod volume unless one of that name is there."""
        if all(existing["name"] != volume["name"] for existing in self.volumes):
            self.volumes.append(volume)


#: Translates some keys of one service into its pod.
Concern = Callable[[ServiceScope, PodDraft], None]
