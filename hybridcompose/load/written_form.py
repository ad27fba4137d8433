"""What may be written where in a compose file, short forms and long ones: every key with its shape.

The walk comes before short forms are made long, so that what is refused is what was written. Meaning (is it a port?
does the service exist?) is judged later. Source: Compose Specification; its JSON Schema.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hybridcompose.load.shapes import (
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    Shape,
    check_shape,
    either,
    listing,
    mapping,
    scalar,
)

if TYPE_CHECKING:
    from hybridcompose.load.context import Context


def check_written_form(tree: dict[str, Any], context: Context) -> dict[str, Any]:
    """``tree`` as it is; every key and value that the specification does not know there is refused, all at once."""
    return check_shape(tree, FILE, context)


_NAME_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
_LOWER_CASE: Final = "abcdefghijklmnopqrstuvwxyz"


def _is_name(key: str) -> bool:
    return key != "" and not key.strip(_NAME_CHARACTERS)


def _is_lower_case(key: str) -> bool:
    return key != "" and not key.strip(_LOWER_CASE)


def _is_one_line(key: str) -> bool:
    return key != "" and "\n" not in key


def _is_some_text(key: str) -> bool:
    return key.strip("\n") != ""


def _pull_policy(value: str) -> str | None:
    if re.fullmatch(r"always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+", value):
        return None
    return "unknown pull policy; write always, never, missing, build, daily, weekly or every_12h"


def _container_name(value: str) -> str | None:
    if re.search(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", value):
        return None
    return "no container name; write at least two letters, digits, dots, dashes or underscores"


_TEXT: Final = scalar(STRING)
_FLAG: Final = scalar(BOOLEAN, STRING)
_YES_OR_NO: Final = scalar(BOOLEAN)
_WHOLE: Final = scalar(INTEGER, STRING)
_AMOUNT: Final = scalar(NUMBER, STRING)
_NOTHING: Final = scalar(NULL)
_TEXTS: Final = listing(_TEXT)
_DISTINCT_TEXTS: Final = listing(_TEXT, unique=True)
_ONE_OR_MORE: Final = either(_TEXT, _DISTINCT_TEXTS)
_COMMAND: Final = either(_NOTHING, _TEXT, _TEXTS)
_ORDERS: Final = scalar(STRING, words=("start-first", "stop-first"))

_VARIABLES: Final = either(
    mapping(named=(_is_some_text, scalar(STRING, NUMBER, BOOLEAN, NULL)), extensions=False), _DISTINCT_TEXTS
)
_HOSTS: Final = either(mapping(named=(_is_some_text, either(_TEXT, _TEXTS)), extensions=False), _DISTINCT_TEXTS)
_OPTIONS: Final = mapping(named=(_is_one_line, _AMOUNT), extensions=False, open=True)
_FILE_MOUNTS: Final = listing(
    either(_TEXT, mapping({"source": _TEXT, "target": _TEXT, "uid": _TEXT, "gid": _TEXT, "mode": _AMOUNT}))
)
_ULIMITS: Final = mapping(
    named=(_is_lower_case, either(_WHOLE, mapping({"hard": _WHOLE, "soft": _WHOLE}, required=("soft", "hard")))),
    extensions=False,
    open=True,
)
_DEVICE_REQUEST: Final = {
    "capabilities": _DISTINCT_TEXTS,
    "count": _WHOLE,
    "device_ids": _DISTINCT_TEXTS,
    "driver": _TEXT,
    "options": _VARIABLES,
}
_LIMITS: Final = listing(mapping({"path": _TEXT, "rate": _WHOLE}, extensions=False))
_HOOK: Final = mapping(
    {"command": _COMMAND, "user": _TEXT, "privileged": _FLAG, "working_dir": _TEXT, "environment": _VARIABLES},
    required=("command",),
)
_MOUNT: Final = mapping(
    {
        "type": scalar(STRING, words=("bind", "volume", "tmpfs", "cluster", "npipe", "image")),
        "source": _TEXT,
        "target": _TEXT,
        "read_only": _FLAG,
        "consistency": _TEXT,
        "bind": mapping(
            {
                "propagation": _TEXT,
                "create_host_path": _FLAG,
                "recursive": scalar(STRING, words=("enabled", "disabled", "writable", "readonly")),
                "selinux": scalar(STRING, words=("z", "Z")),
            }
        ),
        "volume": mapping({"labels": _VARIABLES, "nocopy": _FLAG, "subpath": _TEXT}),
        "tmpfs": mapping({"size": scalar(INTEGER, STRING, low=0), "mode": _AMOUNT}),
        "image": mapping({"subpath": _TEXT}),
    },
    required=("type",),
)
_ATTACHMENT: Final = mapping(
    {
        "aliases": _DISTINCT_TEXTS,
        "interface_name": _TEXT,
        "ipv4_address": _TEXT,
        "ipv6_address": _TEXT,
        "link_local_ips": _DISTINCT_TEXTS,
        "mac_address": _TEXT,
        "driver_opts": _OPTIONS,
        "priority": scalar(NUMBER),
        "gw_priority": scalar(NUMBER),
        "use_service_name_alias": _FLAG,
    }
)
_CONTAINER: Final[dict[str, Shape]] = {
    "annotations": _VARIABLES,
    "blkio_config": mapping(
        {
            "device_read_bps": _LIMITS,
            "device_read_iops": _LIMITS,
            "device_write_bps": _LIMITS,
            "device_write_iops": _LIMITS,
            "weight": _WHOLE,
            "weight_device": listing(mapping({"path": _TEXT, "weight": _WHOLE}, extensions=False)),
        },
        extensions=False,
    ),
    "cap_add": _DISTINCT_TEXTS,
    "cap_drop": _DISTINCT_TEXTS,
    "cgroup": scalar(STRING, words=("host", "private")),
    "cgroup_parent": _TEXT,
    "command": _COMMAND,
    "configs": _FILE_MOUNTS,
    "cpu_count": scalar(INTEGER, STRING, low=0),
    "cpu_percent": scalar(INTEGER, STRING, low=0, high=100),
    "cpu_period": _AMOUNT,
    "cpu_quota": _AMOUNT,
    "cpu_rt_period": _AMOUNT,
    "cpu_rt_runtime": _AMOUNT,
    "cpu_shares": _AMOUNT,
    "cpus": _AMOUNT,
    "cpuset": _TEXT,
    "credential_spec": mapping({"config": _TEXT, "file": _TEXT, "registry": _TEXT}),
    "device_cgroup_rules": _DISTINCT_TEXTS,
    "devices": listing(
        either(_TEXT, mapping({"source": _TEXT, "target": _TEXT, "permissions": _TEXT}, required=("source",)))
    ),
    "dns": _ONE_OR_MORE,
    "dns_opt": _DISTINCT_TEXTS,
    "dns_search": _ONE_OR_MORE,
    "domainname": _TEXT,
    "entrypoint": _COMMAND,
    "env_file": either(
        _TEXT,
        listing(
            either(
                _TEXT,
                mapping({"path": _TEXT, "format": _TEXT, "required": _FLAG}, required=("path",), extensions=False),
            )
        ),
    ),
    "environment": _VARIABLES,
    "extra_hosts": _HOSTS,
    "gpus": either(scalar(STRING, words=("all",)), listing(mapping(_DEVICE_REQUEST, open=True))),
    "group_add": listing(_AMOUNT, unique=True),
    "hostname": _TEXT,
    "image": _TEXT,
    "init": _FLAG,
    "ipc": _TEXT,
    "isolation": _TEXT,
    "label_file": either(_TEXT, _TEXTS),
    "labels": _VARIABLES,
    "logging": mapping(
        {
            "driver": _TEXT,
            "options": mapping(named=(_is_one_line, scalar(STRING, NUMBER, NULL)), extensions=False, open=True),
        }
    ),
    "mac_address": _TEXT,
    "mem_limit": _AMOUNT,
    "mem_reservation": _WHOLE,
    "mem_swappiness": _WHOLE,
    "memswap_limit": _AMOUNT,
    "models": either(
        _DISTINCT_TEXTS,
        mapping(
            named=(_is_name, either(_NOTHING, mapping({"endpoint_var": _TEXT, "model_var": _TEXT}))),
            extensions=False,
            open=True,
        ),
    ),
    "network_mode": _TEXT,
    "networks": either(_DISTINCT_TEXTS, mapping(named=(_is_name, either(_NOTHING, _ATTACHMENT)), extensions=False)),
    "oom_kill_disable": _FLAG,
    "oom_score_adj": scalar(INTEGER, STRING, low=-1000, high=1000),
    "pid": scalar(STRING, NULL),
    "pids_limit": _AMOUNT,
    "platform": _TEXT,
    "privileged": _FLAG,
    "pull_policy": _TEXT._replace(text=_pull_policy),
    "pull_refresh_after": _TEXT,
    "read_only": _FLAG,
    "runtime": _TEXT,
    "secrets": _FILE_MOUNTS,
    "security_opt": _DISTINCT_TEXTS,
    "shm_size": _AMOUNT,
    "stop_grace_period": _TEXT,
    "stop_signal": _TEXT,
    "storage_opt": mapping(extensions=False, open=True),
    "sysctls": _VARIABLES,
    "tmpfs": _ONE_OR_MORE,
    "ulimits": _ULIMITS,
    "umask": scalar(INTEGER, STRING, NULL, low=0, high=4294967295),
    "use_api_socket": _YES_OR_NO,
    "user": _TEXT,
    "userns_mode": _TEXT,
    "uts": _TEXT,
    "volumes": listing(either(_TEXT, _MOUNT), unique=True),
    "volumes_from": _DISTINCT_TEXTS,
    "working_dir": _TEXT,
}
_BUILD: Final = mapping(
    {
        "additional_contexts": _VARIABLES,
        "args": _VARIABLES,
        "cache_from": _TEXTS,
        "cache_to": _TEXTS,
        "context": _TEXT,
        "dockerfile": _TEXT,
        "dockerfile_inline": _TEXT,
        "entitlements": _TEXTS,
        "extra_hosts": _HOSTS,
        "isolation": _TEXT,
        "labels": _VARIABLES,
        "network": _TEXT,
        "no_cache": _FLAG,
        "no_cache_filter": _ONE_OR_MORE,
        "platforms": _TEXTS,
        "privileged": _FLAG,
        "provenance": _FLAG,
        "pull": _FLAG,
        "sbom": _FLAG,
        "secrets": _FILE_MOUNTS,
        "shm_size": _WHOLE,
        "ssh": _VARIABLES,
        "tags": _TEXTS,
        "target": _TEXT,
        "ulimits": _ULIMITS,
    }
)
_DEPENDENCY: Final = mapping(
    {
        "condition": scalar(STRING, words=("service_started", "service_healthy", "service_completed_successfully")),
        "required": _YES_OR_NO,
        "restart": _FLAG,
    },
    required=("condition",),
)
_PORT: Final = mapping(
    {
        "name": _TEXT,
        "mode": _TEXT,
        "host_ip": _TEXT,
        "target": _WHOLE,
        "published": _WHOLE,
        "protocol": _TEXT,
        "app_protocol": _TEXT,
    }
)
_WORKLOAD: Final[dict[str, Shape]] = {
    **_CONTAINER,
    "build": either(_TEXT, _BUILD),
    "depends_on": either(_DISTINCT_TEXTS, mapping(named=(_is_name, _DEPENDENCY), extensions=False)),
    "expose": listing(_AMOUNT, unique=True),
    "healthcheck": mapping(
        {
            "disable": _FLAG,
            "interval": _TEXT,
            "retries": _AMOUNT,
            "start_interval": _TEXT,
            "start_period": _TEXT,
            "test": either(_TEXT, _TEXTS),
            "timeout": _TEXT,
        }
    ),
    "ports": listing(either(_AMOUNT, _PORT), unique=True),
    "stdin_open": _FLAG,
    "tty": _FLAG,
}
_ROLL_OUT: Final = mapping(
    {
        "delay": _TEXT,
        "failure_action": _TEXT,
        "max_failure_ratio": _AMOUNT,
        "monitor": _TEXT,
        "order": _ORDERS,
        "parallelism": _WHOLE,
    }
)
_RESOURCES: Final = mapping(
    {
        "limits": mapping({"cpus": _AMOUNT, "memory": _TEXT, "pids": _WHOLE}),
        "reservations": mapping(
            {
                "cpus": _AMOUNT,
                "devices": listing(mapping(_DEVICE_REQUEST, required=("capabilities",))),
                "generic_resources": listing(
                    mapping({"discrete_resource_spec": mapping({"kind": _TEXT, "value": _AMOUNT})})
                ),
                "memory": _TEXT,
            }
        ),
    }
)
_DEPLOY: Final = mapping(
    {
        "endpoint_mode": _TEXT,
        "labels": _VARIABLES,
        "mode": _TEXT,
        "placement": mapping(
            {
                "constraints": _TEXTS,
                "max_replicas_per_node": _WHOLE,
                "preferences": listing(mapping({"spread": _TEXT})),
            }
        ),
        "replicas": _WHOLE,
        "resources": _RESOURCES,
        "restart_policy": mapping({"condition": _TEXT, "delay": _TEXT, "max_attempts": _WHOLE, "window": _TEXT}),
        "rollback_config": _ROLL_OUT,
        "update_config": _ROLL_OUT,
    }
)
_WATCH: Final = mapping(
    {
        "action": scalar(STRING, words=("rebuild", "sync", "restart", "sync+restart", "sync+exec")),
        "exec": _HOOK,
        "ignore": _ONE_OR_MORE,
        "include": _ONE_OR_MORE,
        "initial_sync": _YES_OR_NO,
        "path": _TEXT,
        "target": _TEXT,
    },
    required=("path", "action"),
)
_PROVIDER_OPTION: Final = scalar(STRING, NUMBER, BOOLEAN)
_SERVICE: Final = mapping(
    {
        **_WORKLOAD,
        "attach": _FLAG,
        "container_name": _TEXT._replace(text=_container_name),
        "deploy": either(_NOTHING, _DEPLOY),
        "develop": either(_NOTHING, mapping({"watch": listing(_WATCH)})),
        "extends": either(_TEXT, mapping({"service": _TEXT, "file": _TEXT}, required=("service",), extensions=False)),
        "external_links": _DISTINCT_TEXTS,
        "links": _DISTINCT_TEXTS,
        "post_start": listing(_HOOK),
        "pre_start": listing(mapping({**_CONTAINER, "per_replica": _FLAG})),
        "pre_stop": listing(_HOOK),
        "profiles": _DISTINCT_TEXTS,
        "provider": mapping(
            {
                "type": _TEXT,
                "options": mapping(
                    named=(_is_one_line, either(_PROVIDER_OPTION, listing(_PROVIDER_OPTION))),
                    extensions=False,
                    open=True,
                ),
            },
            required=("type",),
        ),
        "restart": _TEXT,
        "scale": _WHOLE,
    }
)
_SCHEDULE: Final = mapping(
    {
        "concurrency": scalar(STRING, words=("forbid", "queue")),
        "cron": _TEXT,
        "missed_fires": scalar(STRING, words=("one", "skip")),
        "timezone": _TEXT,
    },
    required=("cron",),
)
_JOB: Final = mapping(
    {
        **_WORKLOAD,
        "profiles": _DISTINCT_TEXTS,
        "triggers": mapping(
            {"manual": _FLAG, "schedule": listing(either(_TEXT, _SCHEDULE))}, one_of=("manual", "schedule")
        ),
    },
    required=("triggers",),
)
_EXTERNAL: Final = either(_FLAG, mapping({"name": _TEXT}))
_OPEN_EXTERNAL: Final = either(_FLAG, mapping({"name": _TEXT}, open=True))
_POOL: Final = mapping(
    {
        "aux_addresses": mapping(named=(_is_one_line, _TEXT), extensions=False),
        "gateway": _TEXT,
        "ip_range": _TEXT,
        "subnet": _TEXT,
    }
)
_NETWORK: Final = mapping(
    {
        "attachable": _FLAG,
        "driver": _TEXT,
        "driver_opts": _OPTIONS,
        "enable_ipv4": _FLAG,
        "enable_ipv6": _FLAG,
        "external": _EXTERNAL,
        "internal": _FLAG,
        "ipam": mapping(
            {
                "config": listing(_POOL),
                "driver": _TEXT,
                "options": mapping(named=(_is_one_line, _TEXT), extensions=False),
            }
        ),
        "labels": _VARIABLES,
        "name": _TEXT,
    }
)
_VOLUME: Final = mapping(
    {"driver": _TEXT, "driver_opts": _OPTIONS, "external": _EXTERNAL, "labels": _VARIABLES, "name": _TEXT}
)
_CONFIG: Final = {
    "environment": _TEXT,
    "external": _OPEN_EXTERNAL,
    "file": _TEXT,
    "labels": _VARIABLES,
    "name": _TEXT,
    "template_driver": _TEXT,
}
_MODEL: Final = mapping(
    {"context_size": scalar(INTEGER), "model": _TEXT, "name": _TEXT, "runtime_flags": _TEXTS}, required=("model",)
)
_INCLUDE: Final = mapping(
    {"env_file": _ONE_OR_MORE, "path": _ONE_OR_MORE, "project_directory": _TEXT}, extensions=False
)


def _section(element: Shape) -> Shape:
    return mapping(named=(_is_name, element), extensions=False)


#: The whole file.
FILE: Final = mapping(
    {
        "configs": _section(mapping({**_CONFIG, "content": _TEXT})),
        "include": listing(either(_TEXT, _INCLUDE)),
        "jobs": _section(_JOB),
        "models": _section(_MODEL),
        "name": _TEXT,
        "networks": _section(either(_NOTHING, _NETWORK)),
        "secrets": _section(mapping({**_CONFIG, "driver": _TEXT, "driver_opts": _OPTIONS})),
        "services": _section(_SERVICE),
        "version": _TEXT,
        "volumes": _section(either(_NOTHING, _VOLUME)),
    }
)
