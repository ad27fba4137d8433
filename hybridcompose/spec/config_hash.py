"""The hash by which ``docker compose`` tells whether a service's container is still as the files say.

It is the SHA-256 of the service in the reference's JSON, with keys in the reference's own order. Source: what
``docker compose config --hash`` prints and what containers carry as ``com.docker.compose.config-hash``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybridcompose.spec.service import Service

#: How an image is built and how often it runs make no other container.
_NO_PART = ("build", "depends_on", "profiles", "pull_policy", "scale")
_SERVICE = """
    annotations attach develop blkio_config cap_add cap_drop cgroup_parent cgroup cpu_count cpu_percent cpu_period
    cpu_quota cpu_rt_period cpu_rt_runtime cpus cpuset cpu_shares command configs container_name credential_spec deploy
    device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint provider environment env_file expose
    extends external_links extra_hosts group_add gpus hostname healthcheck image init ipc isolation labels label_file
    links logging mem_limit mem_reservation memswap_limit mem_swappiness mac_address models network_mode networks
    oom_kill_disable oom_score_adj pid pids_limit platform ports privileged read_only restart runtime secrets
    security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket
    user userns_mode uts volumes volumes_from working_dir pre_start post_start pre_stop pull_refresh_after
"""
_DEVICES = "capabilities driver count device_ids options"
_FILES = "source target uid gid mode"
_ROLL_OUT = "parallelism delay failure_action monitor max_failure_ratio order"
_RESOURCES = "cpus memory pids devices generic_resources"
_HOOK = "command user privileged working_dir environment"
#: The order of keys below a service, by path. Keys that a path does not name are in the order of the alphabet.
_ORDERS: dict[str, str] = {
    "blkio_config": "weight weight_device device_read_bps device_read_iops device_write_bps device_write_iops",
    "configs": _FILES,
    "credential_spec": "config file registry",
    "deploy": ("mode replicas labels update_config rollback_config resources restart_policy placement endpoint_mode"),
    "deploy.placement": "constraints preferences max_replicas_per_node",
    "deploy.resources": "limits reservations",
    "deploy.resources.limits": _RESOURCES,
    "deploy.resources.reservations": _RESOURCES,
    "deploy.resources.reservations.devices": _DEVICES,
    "deploy.restart_policy": "condition delay max_attempts window",
    "deploy.rollback_config": _ROLL_OUT,
    "deploy.update_config": _ROLL_OUT,
    "develop.watch": "path action target exec include ignore initial_sync",
    "develop.watch.exec": _HOOK,
    "devices": "source target permissions",
    "env_file": "path required format",
    "extends": "file service",
    "gpus": _DEVICES,
    "healthcheck": "test timeout interval retries start_period start_interval disable",
    "logging": "driver options",
    "ports": "name mode host_ip target published protocol app_protocol",
    "post_start": _HOOK,
    "pre_stop": _HOOK,
    "provider": "type options",
    "secrets": _FILES,
    "ulimits.*": "single soft hard",
    "volumes": "type source target read_only consistency bind volume tmpfs image",
    "volumes.bind": "selinux propagation create_host_path recursive",
    "volumes.tmpfs": "size mode",
}
_CONTAINER = """
    annotations blkio_config cap_add cap_drop cgroup_parent cgroup cpu_count cpu_percent cpu_period cpu_quota
    cpu_rt_period cpu_rt_runtime cpus cpuset cpu_shares command configs credential_spec device_cgroup_rules devices dns
    dns_opt dns_search domainname entrypoint environment env_file extra_hosts group_add gpus hostname image init ipc
    isolation labels label_file logging mem_limit mem_reservation memswap_limit mem_swappiness mac_address models
    network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform privileged pull_policy
    pull_refresh_after read_only runtime secrets security_opt shm_size stop_grace_period stop_signal storage_opt
    sysctls tmpfs ulimits umask use_api_socket user userns_mode uts volumes volumes_from working_dir per_replica
"""
#: What the reference's JSON writes as an escape beyond what JSON demands.
_ESCAPED = "<>&\u2028\u2029"
_PATHS = {
    path: order.split()
    for path, order in {
        "": _SERVICE,
        **_ORDERS,
        "pre_start": _CONTAINER,
        **{f"pre_start.{path}": order for path, order in _ORDERS.items()},
    }.items()
}


def config_hash(service: Service, default_platform: str | None = None) -> str:
    """The hash in hexadecimal digits. ``default_platform`` is ``DOCKER_DEFAULT_PLATFORM``; it counts for builds."""
    said = {key: value for key, value in service.to_dict().items() if key not in _NO_PART}
    if default_platform and service.build is not None and service.platform is None:
        said["platform"] = default_platform
    if "deploy" in said:
        said["deploy"] = {key: value for key, value in said["deploy"].items() if key != "replicas"}
    import hashlib

    return hashlib.sha256(_printed(_in_order(said, "")).encode()).hexdigest()


def _in_order(value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_in_order(entry, path) for entry in value]
    if not isinstance(value, dict):
        return value
    order = _PATHS.get(path, ())
    keys = [*(key for key in order if key in value), *sorted(set(value).difference(order))]
    return {key: _in_order(value[key], _below(path, key)) for key in keys}


def _below(path: str, key: str) -> str:
    named = f"{path}.{key}" if path else key
    return named if named in _PATHS else f"{path}.*" if f"{path}.*" in _PATHS else named


def _printed(value: Any) -> str:
    """JSON as Go writes it: without spaces, and safe inside HTML."""
    import json

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(f"\\u{ord(character):04x}" if character in _ESCAPED else character for character in text)
