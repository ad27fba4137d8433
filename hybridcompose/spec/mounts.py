"""Files that a container sees: volumes, configs, secrets, env files, devices.

Source: Compose Specification, "volumes", "configs", "secrets", "env_file", "devices" of a service.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec
from hybridcompose.spec.scalars import Bool, Bytes, FileMode, Labels, _int


def _mode(value: object) -> object:
    return int(value, 8) if isinstance(value, str) and value.strip("01234567") == "" and value else _int(value)


class BindOptions(Spec):
    propagation: str | None = None
    create_host_path: Bool = True
    recursive: Literal["enabled", "disabled", "writable", "readonly"] | None = None
    selinux: Literal["z", "Z"] | None = None


class VolumeOptions(Spec):
    labels: Labels = {}
    nocopy: Bool = False
    subpath: str | None = None


class TmpfsOptions(Spec):
    size: Bytes = Bytes(0)
    mode: Annotated[int, BeforeValidator(_mode)] = 0


class ImageOptions(Spec):
    subpath: str | None = None


class VolumeMount(Spec):
    """One entry of ``volumes`` in long form. ``source`` of a bind is an absolute path after loading."""

    type: Literal["bind", "volume", "tmpfs", "cluster", "npipe", "image"]
    source: str | None = None
    target: str | None = None
    read_only: Bool = False
    consistency: str | None = None
    bind: BindOptions | None = None
    volume: VolumeOptions | None = None
    tmpfs: TmpfsOptions | None = None
    image: ImageOptions | None = None


class FileMount(Spec):
    """One entry of a service's ``configs`` or ``secrets`` in long form."""

    source: str | None = None
    target: str | None = None
    uid: str | None = None
    gid: str | None = None
    mode: FileMode | None = None


class EnvFile(Spec):
    path: str
    required: Bool = True
    format: str | None = None


class DeviceMapping(Spec):
    source: str
    target: str | None = None
    permissions: str | None = None
