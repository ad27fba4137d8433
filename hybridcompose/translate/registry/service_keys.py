"""Rows of the service keys that nothing translates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.rows import diagnosed, no_effect

if TYPE_CHECKING:
    from hybridcompose.translate.registry.row import Row

_LIMITS = "Kubernetes has no such field for a pod: the node's settings hold."
_USE_LIMITS = "use cpus or deploy.resources.limits, which are translated"

_LOCAL = (
    *no_effect("services.*.attach", "It chooses whose logs a terminal shows."),
    *no_effect(
        "services.*.develop",
        "It is for work on a developer's machine (`docker compose watch`).",
        parts=(
            ".watch",
            ".watch[].action",
            ".watch[].exec",
            ".watch[].exec.command",
            ".watch[].exec.environment",
            ".watch[].exec.environment.*",
            ".watch[].exec.privileged",
            ".watch[].exec.user",
            ".watch[].exec.working_dir",
            ".watch[].ignore",
            ".watch[].include",
            ".watch[].initial_sync",
            ".watch[].path",
            ".watch[].target",
        ),
    ),
    *no_effect("services.*.extends", "The loader has merged the other service's keys.", parts=(".file", ".service")),
    *no_effect("services.*.label_file", "The loader has read the file into labels."),
    *no_effect(
        "services.*.logging",
        "The cluster collects the logs: `kubectl logs` shows them.",
        parts=(".driver", ".options", ".options.*"),
    ),
    *no_effect("services.*.profiles", "The loader has selected the services."),
)

_LIMITS_OF_THE_NODE = (
    *diagnosed(
        "services.*.blkio_config",
        _LIMITS,
        parts=(
            ".device_read_bps",
            ".device_read_bps[].path",
            ".device_read_bps[].rate",
            ".device_read_iops",
            ".device_read_iops[].path",
            ".device_read_iops[].rate",
            ".device_write_bps",
            ".device_write_bps[].path",
            ".device_write_bps[].rate",
            ".device_write_iops",
            ".device_write_iops[].path",
            ".device_write_iops[].rate",
            ".weight",
            ".weight_device",
            ".weight_device[].path",
            ".weight_device[].weight",
        ),
    ),
    *diagnosed("services.*.cpu_count", _LIMITS, remedy=_USE_LIMITS),
    *diagnosed("services.*.cpu_percent", _LIMITS, remedy=_USE_LIMITS),
    *diagnosed("services.*.cpu_period", _LIMITS, remedy=_USE_LIMITS),
    *diagnosed("services.*.cpu_quota", _LIMITS, remedy=_USE_LIMITS),
    *diagnosed("services.*.cpu_rt_period", _LIMITS),
    *diagnosed("services.*.cpu_rt_runtime", _LIMITS),
    *diagnosed(
        "services.*.cpu_shares",
        "Kubernetes weighs containers by their CPU requests.",
        remedy="use deploy.resources.reservations.cpus",
    ),
    *diagnosed("services.*.cpuset", _LIMITS, remedy=_USE_LIMITS),
    *diagnosed("services.*.mem_swappiness", _LIMITS),
    *diagnosed("services.*.memswap_limit", "Kubernetes has no swap limit for a pod: by default nothing is swapped."),
    *diagnosed("services.*.oom_kill_disable", "A container that exceeds its memory limit is always killed."),
    *diagnosed("services.*.oom_score_adj", "The kubelet sets it from the pod's requests and limits."),
    *diagnosed(
        "services.*.pids_limit", "The number of processes is limited by the kubelet's settings.", defaults=(-1,)
    ),
    *diagnosed("services.*.storage_opt", _LIMITS),
    *diagnosed(
        "services.*.ulimits",
        "Kubernetes has no such field: the container runtime's limits hold.",
        remedy="call `ulimit` before the program starts: soft limits can be raised up to the hard ones",
        parts=(".*", ".*.hard", ".*.soft"),
    ),
    *diagnosed(
        "services.*.umask",
        "Kubernetes has no such field: the umask is 0022.",
        remedy="call `umask` before the program starts",
        defaults=(0o022,),
    ),
)

_ISOLATION = (
    *diagnosed("services.*.cgroup", "A container always has a cgroup namespace of its own.", defaults=("private",)),
    *diagnosed("services.*.cgroup_parent", "The kubelet chooses the parent group."),
    *diagnosed(
        "services.*.credential_spec",
        "Credential specifications are for Windows containers.",
        parts=(".config", ".file", ".registry"),
    ),
    *diagnosed("services.*.device_cgroup_rules", "Only device plugins give devices to a container."),
    *diagnosed("services.*.isolation", "Isolation modes are for Windows containers.", defaults=("default",)),
    *diagnosed("services.*.use_api_socket", "There is no container engine to talk to in the cluster."),
    *diagnosed("services.*.uts", "A pod has a host name of its own."),
)

_LIFE = (
    *diagnosed(
        "services.*.provider",
        "Nothing runs this provider in the cluster, and services that depend on it would lack its variables.",
        remedy="give the service an image, or leave it out with a profile",
        fatal=True,
        parts=(".options", ".options.*", ".type"),
    ),
    *diagnosed("services.*.pull_refresh_after", "The kubelet does not pull by age.", remedy="use pull_policy: always"),
    *diagnosed(
        "services.*.models",
        "No model is started in the cluster, so that the variables with its address are missing.",
        remedy="run a service that serves the model, and set the variables in environment",
        parts=(".*", ".*.endpoint_var", ".*.model_var"),
    ),
)

_ADDRESSES = "A pod gets its one address from the cluster."

_NETWORK = (
    *diagnosed(
        "services.*.domainname",
        "A pod cannot choose its domain: `hostname -f` gives the cluster's.",
        remedy="refer to services by their names",
    ),
    *diagnosed("services.*.mac_address", _ADDRESSES),
    *diagnosed("services.*.networks.*.driver_opts", _ADDRESSES, parts=(".*",)),
    *no_effect("services.*.networks.*.gw_priority", "A pod has one network, so there is nothing to choose."),
    *diagnosed("services.*.networks.*.interface_name", "A pod's one interface is named by the cluster."),
    *diagnosed("services.*.networks.*.ipv4_address", _ADDRESSES, remedy="refer to the service by its name"),
    *diagnosed("services.*.networks.*.ipv6_address", _ADDRESSES, remedy="refer to the service by its name"),
    *diagnosed("services.*.networks.*.link_local_ips", _ADDRESSES),
    *diagnosed("services.*.networks.*.mac_address", _ADDRESSES),
    *no_effect(
        "services.*.networks.*.priority",
        "A pod has one network. With --dns project, a name that several networks know answers for the first of them.",
    ),
)

ROWS: tuple[Row, ...] = (*_LOCAL, *_LIMITS_OF_THE_NODE, *_ISOLATION, *_LIFE, *_NETWORK)
