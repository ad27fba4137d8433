"""Services, and what they share with jobs. Source: Compose Specification, "Services top-level element"."""

# Annotations are values here, not text that pydantic would have to evaluate at every start.

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec, Strings, Texts, Tuple
from hybridcompose.spec.container import ContainerSpec
from hybridcompose.spec.deferred import deferred
from hybridcompose.spec.network import Port
from hybridcompose.spec.scalars import Bool, Duration, Int, Unsigned, refuse_timestamp

if TYPE_CHECKING:
    from hybridcompose.spec.build import Build
    from hybridcompose.spec.deploy import Deploy
    from hybridcompose.spec.develop import Develop
    from hybridcompose.spec.hooks import PreStartHook, Provider, ServiceHook
else:
    Build = deferred("Build", "hybridcompose.spec.build")
    Deploy = deferred("Deploy", "hybridcompose.spec.deploy")
    Develop = deferred("Develop", "hybridcompose.spec.develop")
    PreStartHook = deferred("PreStartHook", "hybridcompose.spec.hooks")
    Provider = deferred("Provider", "hybridcompose.spec.hooks")
    ServiceHook = deferred("ServiceHook", "hybridcompose.spec.hooks")


def _test(value: object) -> object:
    """``healthcheck.test``: a string is a command for the shell."""
    refuse_timestamp(value)
    return ("CMD-SHELL", value) if isinstance(value, str) else value


class Healthcheck(Spec):
    """``test`` starts with ``CMD``, ``CMD-SHELL`` or ``NONE`` where it is given."""

    test: Annotated[Strings, BeforeValidator(_test)] = ()
    timeout: Duration | None = None
    interval: Duration | None = None
    retries: Unsigned | None = None
    start_period: Duration | None = None
    start_interval: Duration | None = None
    disable: Bool = False


class Dependency(Spec):
    """What one entry of ``depends_on`` waits for. ``required`` is always printed by the reference."""

    ALWAYS = {"required": False}

    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]
    restart: Bool = False
    required: Bool = False


class Extends(Spec):
    service: str
    file: str | None = None


class WorkloadSpec(ContainerSpec):
    """The keys that services and jobs have beside those of a container."""

    build: Build | None = None
    depends_on: dict[str, Dependency] = {}
    expose: Texts = ()
    healthcheck: Healthcheck | None = None
    ports: Tuple[Port] = ()
    stdin_open: Bool = False
    tty: Bool = False


class Service(WorkloadSpec):
    """One service, by its name in ``Project.services``."""

    attach: Bool | None = None
    container_name: str | None = None
    deploy: Deploy | None = None
    develop: Develop | None = None
    extends: Extends | None = None
    external_links: Strings = ()
    links: Strings = ()
    post_start: Tuple[ServiceHook] = ()
    pre_start: Tuple[PreStartHook] = ()
    pre_stop: Tuple[ServiceHook] = ()
    profiles: Strings = ()
    provider: Provider | None = None
    restart: str | None = None
    scale: Int | None = None

    @property
    def replicas(self) -> int:
        """How many containers run: ``scale``, else ``deploy.replicas``, else 1."""
        if self.scale is not None:
            return self.scale
        if self.deploy is not None and self.deploy.replicas is not None:
            return self.deploy.replicas
        return 1
