"""What few services have: block I/O, credentials, logs, devices, models, and rare options of mounts.

Source: Compose Specification, "blkio_config", "credential_spec", "logging", "devices", "gpus", "models", "volumes".
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec, Strings, Tuple
from hybridcompose.spec.scalars import Bytes, Int, Labels, Options, Unsigned


class WeightDevice(Spec):
    path: str | None = None
    weight: Unsigned = 0

    def to_dict(self) -> dict[str, Any]:
        # The reference gives these two fields no names of their own: its canonical form has the programming names.
        return {"Path": self.path or "", "Weight": self.weight}


class ThrottleDevice(Spec):
    path: str | None = None
    rate: Bytes = Bytes(0)

    def to_dict(self) -> dict[str, Any]:
        return {"Path": self.path or "", "Rate": str(self.rate)}


class BlkioConfig(Spec):
    weight: Unsigned = 0
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


def _count(value: object) -> object:
    if isinstance(value, str) and value.lower() == "all":
        return -1
    if isinstance(value, float):
        raise ValueError("must be a whole number or all")
    return value


class DeviceRequest(Spec):
    """A request for devices such as GPUs; ``count`` -1 means all."""

    capabilities: Strings = ()
    driver: str | None = None
    count: Annotated[Int, BeforeValidator(_count)] = 0
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
    mode: Unsigned = 0


class ImageOptions(Spec):
    subpath: str | None = None
