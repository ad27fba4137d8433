"""The ``build`` section. Source: Compose Build Specification."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec, StringOrList, Strings, Tuple
from hybridcompose.spec.container import ExtraHosts, Ulimits
from hybridcompose.spec.mounts import FileMount
from hybridcompose.spec.scalars import Bool, Bytes, Environment, Labels, text_of


def _ssh(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping or a list of id=path")
    return {key: "" if path is None else text_of(path) for key, path in value.items()}


class Build(Spec):
    """How an image is built. ``context`` is absolute, a URL, or a Git reference after loading."""

    context: str | None = None
    dockerfile: str | None = None
    dockerfile_inline: str | None = None
    entitlements: Strings = ()
    args: Environment = {}
    provenance: Annotated[str | None, BeforeValidator(text_of)] = None
    sbom: Annotated[str | None, BeforeValidator(text_of)] = None
    ssh: Annotated[dict[str, str], BeforeValidator(_ssh)] = {}
    labels: Labels = {}
    cache_from: StringOrList = ()
    cache_to: StringOrList = ()
    no_cache: Bool = False
    no_cache_filter: StringOrList = ()
    additional_contexts: Labels = {}
    pull: Bool = False
    extra_hosts: ExtraHosts = {}
    isolation: str | None = None
    network: str | None = None
    target: str | None = None
    secrets: Tuple[FileMount] = ()
    shm_size: Bytes = Bytes(0)
    tags: StringOrList = ()
    ulimits: Ulimits = {}
    platforms: StringOrList = ()
    privileged: Bool = False

    def to_dict(self) -> dict[str, Any]:
        canonical = super().to_dict()
        if self.ssh:
            canonical["ssh"] = [f"{key}={path}" if path else key for key, path in sorted(self.ssh.items())]
        if self.extra_hosts:
            canonical["extra_hosts"] = sorted(
                f"{host}={address}" for host, addresses in self.extra_hosts.items() for address in addresses
            )
        return canonical
