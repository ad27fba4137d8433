"""The ``deploy`` section. Source: Compose Deploy Specification."""

from __future__ import annotations

from typing import Literal

from hybridcompose.spec.base import Spec, Strings, Tuple
from hybridcompose.spec.runtime import DeviceRequest
from hybridcompose.spec.scalars import Bytes, Duration, Float32, Int, Labels, Unsigned


class UpdateConfig(Spec):
    parallelism: Unsigned | None = None
    delay: Duration = Duration(0)
    failure_action: str | None = None
    monitor: Duration = Duration(0)
    max_failure_ratio: Float32 = 0.0
    order: Literal["start-first", "stop-first"] | None = None


class DiscreteResource(Spec):
    ALWAYS = {"kind": "", "value": 0}

    kind: str | None = None
    value: Int = 0


class GenericResource(Spec):
    discrete_resource_spec: DiscreteResource | None = None


class Limits(Spec):
    """``cpus`` in cores, ``memory`` in bytes."""

    cpus: Float32 = 0.0
    memory: Bytes = Bytes(0)
    pids: Int = 0


class Reservations(Spec):
    cpus: Float32 = 0.0
    memory: Bytes = Bytes(0)
    devices: Tuple[DeviceRequest] = ()
    generic_resources: Tuple[GenericResource] = ()


class Resources(Spec):
    limits: Limits | None = None
    reservations: Reservations | None = None


class RestartPolicy(Spec):
    condition: str | None = None
    delay: Duration | None = None
    max_attempts: Unsigned | None = None
    window: Duration | None = None


class PlacementPreference(Spec):
    spread: str | None = None


class Placement(Spec):
    constraints: Strings = ()
    preferences: Tuple[PlacementPreference] = ()
    max_replicas_per_node: Unsigned = 0


class Deploy(Spec):
    ALWAYS = {"resources": {}, "placement": {}}

    mode: str | None = None
    replicas: Int | None = None
    labels: Labels = {}
    update_config: UpdateConfig | None = None
    rollback_config: UpdateConfig | None = None
    resources: Resources | None = None
    restart_policy: RestartPolicy | None = None
    placement: Placement | None = None
    endpoint_mode: str | None = None
