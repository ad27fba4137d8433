"""The keys that everything with a container shares: services, jobs and pre_start hooks.

Source: Compose Specification, "Services top-level element".
"""

# Annotations are values here, not text that pydantic would have to evaluate at every start.

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec, StringOrList, Strings, Tuple
from hybridcompose.spec.command import Command
from hybridcompose.spec.deferred import deferred
from hybridcompose.spec.mounts import EnvFile, FileMount, VolumeMount
from hybridcompose.spec.network import NetworkAttachment
from hybridcompose.spec.scalars import (
    Bool,
    Bytes,
    Duration,
    Environment,
    Float,
    Float32,
    ImageRef,
    Int,
    Labels,
    WholeTexts,
    text_of,
    whole_text,
)

if TYPE_CHECKING:
    from hybridcompose.spec.runtime import (
        BlkioConfig,
        CredentialSpec,
        DeviceMapping,
        DeviceRequest,
        Logging,
        ServiceModel,
    )
else:
    BlkioConfig = deferred("BlkioConfig", "hybridcompose.spec.runtime")
    CredentialSpec = deferred("CredentialSpec", "hybridcompose.spec.runtime")
    DeviceMapping = deferred("DeviceMapping", "hybridcompose.spec.runtime")
    DeviceRequest = deferred("DeviceRequest", "hybridcompose.spec.runtime")
    Logging = deferred("Logging", "hybridcompose.spec.runtime")
    ServiceModel = deferred("ServiceModel", "hybridcompose.spec.runtime")

_PULL_POLICY = re.compile(r"always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+")


class Ulimit(Spec):
    """``single`` where the short form gave one number, else ``soft`` and ``hard``."""

    single: Int = 0
    soft: Int = 0
    hard: Int = 0

    def canonical(self) -> Any:
        return self.single or self.to_dict()


def _groups(value: object) -> object:
    return [whole_text(entry) for entry in value] if isinstance(value, list) else value


def _ulimit(value: object) -> object:
    return value if isinstance(value, (dict, Ulimit)) else {"single": value}


def _hosts(value: object) -> object:
    """``extra_hosts`` in any form as host name -> addresses; ``host=ip`` wins over ``host:ip``."""
    hosts: dict[str, list[str]] = {}
    if isinstance(value, dict):
        for host, addresses in value.items():
            hosts[host] = (
                [text_of(entry) for entry in addresses] if isinstance(addresses, list) else [text_of(addresses)]
            )
    elif isinstance(value, list):
        for entry in value:
            if not isinstance(entry, str):
                raise ValueError("entries must be strings of the form host=address")
            separator = "=" if "=" in entry else ":"
            host, found, addresses = entry.partition(separator)
            if not found:
                raise ValueError(f"invalid additional host, missing IP: {entry}")
            hosts.setdefault(host, []).extend(addresses.split(","))
    else:
        raise ValueError("must be a mapping or a list of host=address")
    for host in hosts:
        if not host or ":" in host or "=" in host:
            raise ValueError(f"bad host name '{host}'")
    return {
        host: tuple(
            entry[1:-1] if entry.startswith("[") and entry.endswith("]") and len(entry) > 2 else entry
            for entry in entries
        )
        for host, entries in hosts.items()
    }


def _pull_policy(value: object) -> object:
    if isinstance(value, str) and not _PULL_POLICY.fullmatch(value):
        raise ValueError(
            f"unknown pull policy {value!r}: write always, never, missing, if_not_present, build, refresh, "
            "daily, weekly or every_<duration>"
        )
    return value


ExtraHosts = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_hosts)]
Ulimits = dict[str, Annotated[Ulimit, BeforeValidator(_ulimit)]]


class ContainerSpec(Spec):
    """The container keys, in canonical form."""

    ALWAYS = {"command": None, "entrypoint": None}

    annotations: Labels = {}
    blkio_config: BlkioConfig | None = None
    cap_add: Strings = ()
    cap_drop: Strings = ()
    cgroup: Literal["host", "private"] | None = None
    cgroup_parent: str | None = None
    command: Command = None
    configs: Tuple[FileMount] = ()
    cpu_count: Int = 0
    cpu_percent: Float = 0.0
    cpu_period: Int = 0
    cpu_quota: Int = 0
    cpu_rt_period: Int = 0
    cpu_rt_runtime: Int = 0
    cpu_shares: Int = 0
    cpus: Float32 = 0.0
    cpuset: str | None = None
    credential_spec: CredentialSpec | None = None
    device_cgroup_rules: Strings = ()
    devices: Tuple[DeviceMapping] = ()
    dns: StringOrList = ()
    dns_opt: Strings = ()
    dns_search: StringOrList = ()
    domainname: str | None = None
    entrypoint: Command = None
    env_file: Tuple[EnvFile] = ()
    environment: Environment = {}
    extra_hosts: ExtraHosts = {}
    gpus: Tuple[DeviceRequest] = ()
    group_add: Annotated[Strings, BeforeValidator(_groups)] = ()
    hostname: str | None = None
    image: ImageRef | None = None
    init: Bool | None = None
    ipc: str | None = None
    isolation: str | None = None
    label_file: StringOrList = ()
    labels: Labels = {}
    logging: Logging | None = None
    mac_address: str | None = None
    mem_limit: Bytes = Bytes(0)
    mem_reservation: Bytes = Bytes(0)
    mem_swappiness: Bytes = Bytes(0)
    memswap_limit: Bytes = Bytes(0)
    models: dict[str, ServiceModel | None] = {}
    network_mode: str | None = None
    networks: dict[str, NetworkAttachment | None] = {}
    oom_kill_disable: Bool = False
    oom_score_adj: Int = 0
    pid: str | None = None
    pids_limit: Int = 0
    platform: str | None = None
    privileged: Bool = False
    pull_policy: Annotated[str | None, BeforeValidator(_pull_policy)] = None
    pull_refresh_after: str | None = None
    read_only: Bool = False
    runtime: str | None = None
    secrets: Tuple[FileMount] = ()
    security_opt: Strings = ()
    shm_size: Bytes = Bytes(0)
    stop_grace_period: Duration | None = None
    stop_signal: str | None = None
    storage_opt: WholeTexts = {}
    sysctls: Labels = {}
    tmpfs: StringOrList = ()
    ulimits: Ulimits = {}
    umask: Int | None = None
    use_api_socket: Bool = False
    user: str | None = None
    userns_mode: str | None = None
    uts: str | None = None
    volumes: Tuple[VolumeMount] = ()
    volumes_from: Strings = ()
    working_dir: str | None = None

    def to_dict(self) -> dict[str, Any]:
        canonical = super().to_dict()
        for key, hosts in (("extra_hosts", self.extra_hosts),):
            if hosts:
                canonical[key] = sorted(
                    f"{host}={address}" for host, addresses in hosts.items() for address in addresses
                )
        return canonical
