"""What few services have: block I/O, credentials, logs, devices, models, and rare options of mounts.

Source: Compose Specification, "blkio_config", "credential_spec", "logging", "devices", "gpus", "models", "volumes".
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec, Strings, Tuple
from hybridcompose.spec.scalars import Bytes, Int, Labels, Options, _int


def _mode(value: object) -> object:
    return int(value, 8) if isinstance(value, str) and value.strip("01234567") == "" and value else _int(value)


class WeightDevice(Spec):
    path: str | None = None
    weight: Int = 0


class ThrottleDevice(Spec):
    path: str | None = None
    rate: Bytes = Bytes(0)


class BlkioConfig(Spec):
    weight: Int = 0
    weight_device: Tuple[WeightDevice] = ()
    device_read_bps: Tuple[ThrottleDevice] = ()
    device_read_iops: Tuple[ThrottleDevice] = ()
    device_write_bps: Tuple[ThrottleDevice] = ()
    device_write_iops: Tuple[ThrottleDevice] = ()


class CredentialSpec(Spec):
    config: str | None = None
    file: str | None = None
    registry: str | None = None


class Logging(Spec):
    driver: str | None = None
    options: Options = {}


class DeviceRequest(Spec):
    """A request for devices such as GPUs; ``count`` -1 means all."""

    capabilities: Strings = ()
    driver: str | None = None
    count: Annotated[Int, BeforeValidator(lambda value: -1 if value in ("all", "ALL", "All") else value)] = 0
    device_ids: Strings = ()
    options: Labels = {}


class ServiceModel(Spec):
    endpoint_var: str | None = None
    model_var: str | None = None


class DeviceMapping(Spec):
    source: str
    target: str | None = None
    permissions: str | None = None


class TmpfsOptions(Spec):
    size: Bytes = Bytes(0)
    mode: Annotated[int, BeforeValidator(_mode)] = 0


class ImageOptions(Spec):
    subpath: str | None = None
