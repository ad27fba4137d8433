"""The Compose vocabulary: frozen models of the whole specification, in canonical (long) form.

Modules are imported when one of their names is first used, so that a small project stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybridcompose.spec.base import Spec
    from hybridcompose.spec.build import Build
    from hybridcompose.spec.container import (
        ContainerSpec,
        Ulimit,
    )
    from hybridcompose.spec.deploy import (
        Deploy,
        DiscreteResource,
        GenericResource,
        Limits,
        Placement,
        PlacementPreference,
        Reservations,
        Resources,
        RestartPolicy,
        UpdateConfig,
    )
    from hybridcompose.spec.develop import (
        Develop,
        DevelopWatch,
    )
    from hybridcompose.spec.hooks import (
        PreStartHook,
        Provider,
        ServiceHook,
    )
    from hybridcompose.spec.ipam import (
        Ipam,
        IpamPool,
    )
    from hybridcompose.spec.job import (
        Job,
        Schedule,
        Triggers,
    )
    from hybridcompose.spec.mounts import (
        BindOptions,
        EnvFile,
        FileMount,
        VolumeMount,
        VolumeOptions,
    )
    from hybridcompose.spec.network import (
        Network,
        NetworkAttachment,
        Port,
    )
    from hybridcompose.spec.objects import (
        Config,
        FileObject,
        Model,
        Secret,
    )
    from hybridcompose.spec.project import (
        Project,
        Volume,
    )
    from hybridcompose.spec.runtime import (
        BlkioConfig,
        CredentialSpec,
        DeviceMapping,
        DeviceRequest,
        ImageOptions,
        Logging,
        ServiceModel,
        ThrottleDevice,
        TmpfsOptions,
        WeightDevice,
    )
    from hybridcompose.spec.scalars import (
        Bytes,
        Duration,
        FileMode,
        ImageRef,
        ServiceName,
    )
    from hybridcompose.spec.service import (
        Dependency,
        Extends,
        Healthcheck,
        Service,
        WorkloadSpec,
    )

_HOME = {
    "BindOptions": "mounts",
    "BlkioConfig": "runtime",
    "Build": "build",
    "Bytes": "scalars",
    "Config": "objects",
    "ContainerSpec": "container",
    "CredentialSpec": "runtime",
    "Dependency": "service",
    "Deploy": "deploy",
    "Develop": "develop",
    "DevelopWatch": "develop",
    "DeviceMapping": "runtime",
    "DeviceRequest": "runtime",
    "DiscreteResource": "deploy",
    "Duration": "scalars",
    "EnvFile": "mounts",
    "Extends": "service",
    "FileMode": "scalars",
    "FileMount": "mounts",
    "FileObject": "objects",
    "GenericResource": "deploy",
    "Healthcheck": "service",
    "ImageOptions": "runtime",
    "ImageRef": "scalars",
    "Ipam": "ipam",
    "IpamPool": "ipam",
    "Job": "job",
    "Limits": "deploy",
    "Logging": "runtime",
    "Model": "objects",
    "Network": "network",
    "NetworkAttachment": "network",
    "Placement": "deploy",
    "PlacementPreference": "deploy",
    "Port": "network",
    "PreStartHook": "hooks",
    "Project": "project",
    "Provider": "hooks",
    "Reservations": "deploy",
    "Resources": "deploy",
    "RestartPolicy": "deploy",
    "Schedule": "job",
    "Secret": "objects",
    "Service": "service",
    "ServiceHook": "hooks",
    "ServiceModel": "runtime",
    "ServiceName": "scalars",
    "Spec": "base",
    "ThrottleDevice": "runtime",
    "TmpfsOptions": "runtime",
    "Triggers": "job",
    "Ulimit": "container",
    "UpdateConfig": "deploy",
    "Volume": "project",
    "VolumeMount": "mounts",
    "VolumeOptions": "mounts",
    "WeightDevice": "runtime",
    "WorkloadSpec": "service",
}

__all__ = [
    "BindOptions",
    "BlkioConfig",
    "Build",
    "Bytes",
    "Config",
    "ContainerSpec",
    "CredentialSpec",
    "Dependency",
    "Deploy",
    "Develop",
    "DevelopWatch",
    "DeviceMapping",
    "DeviceRequest",
    "DiscreteResource",
    "Duration",
    "EnvFile",
    "Extends",
    "FileMode",
    "FileMount",
    "FileObject",
    "GenericResource",
    "Healthcheck",
    "ImageOptions",
    "ImageRef",
    "Ipam",
    "IpamPool",
    "Job",
    "Limits",
    "Logging",
    "Model",
    "Network",
    "NetworkAttachment",
    "Placement",
    "PlacementPreference",
    "Port",
    "PreStartHook",
    "Project",
    "Provider",
    "Reservations",
    "Resources",
    "RestartPolicy",
    "Schedule",
    "Secret",
    "Service",
    "ServiceHook",
    "ServiceModel",
    "ServiceName",
    "Spec",
    "ThrottleDevice",
    "TmpfsOptions",
    "Triggers",
    "Ulimit",
    "UpdateConfig",
    "Volume",
    "VolumeMount",
    "VolumeOptions",
    "WeightDevice",
    "WorkloadSpec",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
