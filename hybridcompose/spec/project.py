"""A whole project and its top-level elements. Source: Compose Specification, "Compose file"."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from hybridcompose.spec.base import Spec, Strings, plain
from hybridcompose.spec.deferred import deferred
from hybridcompose.spec.network import Network
from hybridcompose.spec.scalars import Bool, Int, Labels, Options
from hybridcompose.spec.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.spec.job import Job
else:
    Job = deferred("Job", "hybridcompose.spec.job")


class Volume(Spec):
    """A top-level volume; ``name`` is set by the loader."""

    name: str | None = None
    driver: str | None = None
    driver_opts: Options = {}
    external: Bool = False
    labels: Labels = {}


class FileObject(Spec):
    """What a top-level config and a secret share: where the content comes from."""

    name: str | None = None
    file: str | None = None
    environment: str | None = None
    content: str | None = None
    external: Bool = False
    labels: Labels = {}
    driver: str | None = None
    driver_opts: Options = {}
    template_driver: str | None = None


class Config(FileObject):
    """A top-level config. ``content`` is resolved by the loader where it comes from the environment."""

    def to_dict(self) -> dict[str, Any]:
        canonical = super().to_dict()
        if self.environment:
            canonical.pop("content", None)
        return canonical


class Secret(FileObject):
    """A top-level secret. Its content is never part of ``to_dict`` or ``repr``."""

    def to_dict(self) -> dict[str, Any]:
        canonical = super().to_dict()
        canonical.pop("content", None)
        return canonical

    def __repr_args__(self) -> Any:
        return [(name, value) for name, value in super().__repr_args__() if name != "content"]


class Model(Spec):
    name: str | None = None
    model: str
    context_size: Int = 0
    runtime_flags: Strings = ()


class Project(Spec):
    """A Compose project in canonical form: what ``hybridcompose.load`` gives.

    ``services`` and ``jobs`` hold what the active profiles select, the others stand in
    ``disabled_services`` and ``disabled_jobs``. Paths are absolute.
    """

    name: str
    services: dict[str, Service] = {}
    jobs: dict[str, Job] = {}
    networks: dict[str, Network] = {}
    volumes: dict[str, Volume] = {}
    configs: dict[str, Config] = {}
    secrets: dict[str, Secret] = {}
    models: dict[str, Model] = {}

    _working_dir: str = PrivateAttr(default="")
    _compose_files: tuple[str, ...] = PrivateAttr(default=())
    _environment: dict[str, str] = PrivateAttr(default_factory=dict)
    _disabled_services: dict[str, Service] = PrivateAttr(default_factory=dict)
    _disabled_jobs: dict[str, Job] = PrivateAttr(default_factory=dict)
    _diagnostics: tuple[Any, ...] = PrivateAttr(default=())
    _locate: Callable[[tuple[str | int, ...]], Any] | None = PrivateAttr(default=None)

    @property
    def working_dir(self) -> str:
        """The project directory, absolute: what relative paths were resolved against."""
        return self._working_dir

    @property
    def compose_files(self) -> tuple[str, ...]:
        """The files that were loaded, in order, absolute (``-`` for standard input)."""
        return self._compose_files

    @property
    def environment(self) -> Mapping[str, str]:
        """What variables were interpolated from: the process's environment over ``.env``."""
        return self._environment

    @property
    def disabled_services(self) -> Mapping[str, Service]:
        """Services that no active profile selects."""
        return self._disabled_services

    @property
    def disabled_jobs(self) -> Mapping[str, Job]:
        """Jobs that no active profile selects."""
        return self._disabled_jobs

    @property
    def diagnostics(self) -> tuple[Any, ...]:
        """What loading found, as ``Diagnostic``: warnings and notes (an error would have been raised)."""
        return self._diagnostics

    def locate(self, path: tuple[str | int, ...]) -> Any:
        """The ``Location`` of a compose path in the compose files, or ``None`` where it is not written.

        Positions are looked up only when they are asked for: a clean load pays nothing for them.
        """
        return self._locate(path) if self._locate is not None else None

    def to_dict(self) -> dict[str, Any]:
        """The project as the reference's canonical JSON (``docker compose config --format json``)."""
        canonical = super().to_dict()
        canonical["services"] = {name: service.to_dict() for name, service in sorted(self.services.items())}
        canonical.update(plain(self.extensions))
        return dict(sorted(canonical.items()))
