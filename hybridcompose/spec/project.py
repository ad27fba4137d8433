"""A whole project and its top-level elements. Source: Compose Specification, "Compose file"."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from hybridcompose.spec.base import Spec, plain
from hybridcompose.spec.deferred import deferred
from hybridcompose.spec.network import Network
from hybridcompose.spec.scalars import Bool, Labels, Options
from hybridcompose.spec.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.spec.job import Job
    from hybridcompose.spec.objects import Config, Model, Secret
else:
    Config = deferred("Config", "hybridcompose.spec.objects")
    Job = deferred("Job", "hybridcompose.spec.job")
    Model = deferred("Model", "hybridcompose.spec.objects")
    Secret = deferred("Secret", "hybridcompose.spec.objects")


#: Settings of this program in compose files: see ``hybridcompose.spec.extension``.
EXTENSION = "x-hybridcompose"


class Volume(Spec):
    """A top-level volume; ``name`` is set by the loader."""

    name: str | None = None
    driver: str | None = None
    driver_opts: Options = {}
    external: Bool = False
    labels: Labels = {}


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
    _locate: Callable[..., Any] | None = PrivateAttr(default=None)
    _diagnostics: Callable[[], tuple[Any, ...]] | None = PrivateAttr(default=None)

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
        """The warnings of the load, as ``Diagnostic`` values with their positions."""
        return self._diagnostics() if self._diagnostics is not None else ()

    def locate(self, path: tuple[str | int, ...], *, key: bool = False) -> Any:
        """The ``Location`` of a compose path in the compose files, or ``None`` where it is not written.

        ``key=True``: that of the key, not of its value.
        Positions are looked up only when they are asked for: a clean load pays nothing for them.
        """
        return self._locate(path, key=key) if self._locate is not None else None

    def to_dict(self) -> dict[str, Any]:
        """The project as the reference's canonical JSON (``docker compose config --format json``)."""
        canonical = super().to_dict()
        # The reference's canonical form names models in the services only.
        canonical.pop("models", None)
        canonical["services"] = {name: service.to_dict() for name, service in sorted(self.services.items())}
        canonical.update(plain(self.extensions))
        return dict(sorted(canonical.items()))


def written_settings(project: Project) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Every ``x-hybridcompose`` that is written where it means something: its element, that one's schema path, it."""
    if EXTENSION in project.extensions:
        yield (), "", project.extensions[EXTENSION]
    for section in ("services", "volumes", "networks"):
        for name, element in getattr(project, section).items():
            if element is not None and EXTENSION in element.extensions:
                yield (section, name), f"{section}.*", element.extensions[EXTENSION]
