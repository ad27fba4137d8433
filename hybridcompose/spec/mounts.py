"""Files that a container sees: volumes, configs, secrets, env files, devices.

Source: Compose Specification, "volumes", "configs", "secrets", "env_file", "devices" of a service.
"""

# Annotations are values here, not text that pydantic would have to evaluate at every start.

from typing import TYPE_CHECKING, Literal

from hybridcompose.spec.base import Spec
from hybridcompose.spec.deferred import deferred
from hybridcompose.spec.scalars import Bool, FileMode, Labels

if TYPE_CHECKING:
    from hybridcompose.spec.runtime import ImageOptions, TmpfsOptions
else:
    ImageOptions = deferred("ImageOptions", "hybridcompose.spec.runtime")
    TmpfsOptions = deferred("TmpfsOptions", "hybridcompose.spec.runtime")


class BindOptions(Spec):
    propagation: str | None = None
    create_host_path: Bool = True
    recursive: Literal["enabled", "disabled", "writable", "readonly"] | None = None
    selinux: Literal["z", "Z"] | None = None


class VolumeOptions(Spec):
    labels: Labels = {}
    nocopy: Bool = False
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
