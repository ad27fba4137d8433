"""What may be written in a container: the parts that services, jobs and hooks share.

Source: Compose Specification; its JSON Schema.
"""

from __future__ import annotations

import re
from typing import Final

from hybridcompose.diagnostics.remedies import meant
from hybridcompose.load.shapes import (
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    Shape,
    either,
    listing,
    mapping,
    scalar,
)

_NAME_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
_LOWER_CASE: Final = "abcdefghijklmnopqrstuvwxyz"


def is_name(key: str) -> bool:
    return key != "" and not key.strip(_NAME_CHARACTERS)


def _is_lower_case(key: str) -> bool:
    return key != "" and not key.strip(_LOWER_CASE)


def is_one_line(key: str) -> bool:
    return key != "" and "\n" not in key


def _is_some_text(key: str) -> bool:
    return key.strip("\n") != ""


def _pull_policy(value: str) -> str | None:
    if re.fullmatch(r"always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+", value):
        return None
    known = ("always", "never", "missing", "build", "daily", "weekly", "if_not_present", "refresh")
    remedy = meant(value, known) or "write always, never, missing, build, daily, weekly or every_12h"
    return f"unknown pull policy; {remedy}"


TEXT: Final = scalar(STRING)
FLAG: Final = scalar(BOOLEAN, STRING)
YES_OR_NO: Final = scalar(BOOLEAN)
WHOLE: Final = scalar(INTEGER, STRING)
AMOUNT: Final = scalar(NUMBER, STRING)
NOTHING: Final = scalar(NULL)
TEXTS: Final = listing(TEXT)
DISTINCT_TEXTS: Final = listing(TEXT, unique=True)
ONE_OR_MORE: Final = either(TEXT, DISTINCT_TEXTS)
COMMAND: Final = either(NOTHING, TEXT, TEXTS)

VARIABLES: Final = either(
    mapping(named=(_is_some_text, scalar(STRING, NUMBER, BOOLEAN, NULL)), extensions=False),
    listing(scalar(STRING, hint="NAME=VALUE in quotes"), unique=True),
    hint="NAME: VALUE pairs below it",
)
HOSTS: Final = either(
    mapping(named=(_is_some_text, either(TEXT, TEXTS)), extensions=False),
    DISTINCT_TEXTS,
)
DURATION: Final = scalar(STRING, hint="a number with its unit, such as 10s")
OPTIONS: Final = mapping(named=(is_one_line, AMOUNT), extensions=False, open=True)
FILE_MOUNTS: Final = listing(
    either(TEXT, mapping({"source": TEXT, "target": TEXT, "uid": TEXT, "gid": TEXT, "mode": AMOUNT}))
)
ULIMITS: Final = mapping(
    named=(_is_lower_case, either(WHOLE, mapping({"hard": WHOLE, "soft": WHOLE}, required=("soft", "hard")))),
    extensions=False,
    open=True,
)
DEVICE_REQUEST: Final = {
    "capabilities": DISTINCT_TEXTS,
    "count": WHOLE,
    "device_ids": DISTINCT_TEXTS,
    "driver": TEXT,
    "options": VARIABLES,
}
_LIMITS: Final = listing(mapping({"path": TEXT, "rate": WHOLE}, extensions=False))
HOOK: Final = mapping(
    {"command": COMMAND, "user": TEXT, "privileged": FLAG, "working_dir": TEXT, "environment": VARIABLES},
    required=("command",),
)
_MOUNT: Final = mapping(
    {
        "type": scalar(STRING, words=("bind", "volume", "tmpfs", "cluster", "npipe", "image")),
        "source": TEXT,
        "target": TEXT,
        "read_only": FLAG,
        "consistency": TEXT,
        "bind": mapping(
            {
                "propagation": TEXT,
                "create_host_path": FLAG,
                "recursive": scalar(STRING, words=("enabled", "disabled", "writable", "readonly")),
                "selinux": scalar(STRING, words=("z", "Z")),
            }
        ),
        "volume": mapping({"labels": VARIABLES, "nocopy": FLAG, "subpath": TEXT}),
        "tmpfs": mapping({"size": scalar(INTEGER, STRING, low=0), "mode": AMOUNT}),
        "image": mapping({"subpath": TEXT}),
    },
    required=("type",),
)
_ATTACHMENT: Final = mapping(
    {
        "aliases": DISTINCT_TEXTS,
        "interface_name": TEXT,
        "ipv4_address": TEXT,
        "ipv6_address": TEXT,
        "link_local_ips": DISTINCT_TEXTS,
        "mac_address": TEXT,
        "driver_opts": OPTIONS,
        "priority": scalar(NUMBER),
        "gw_priority": scalar(NUMBER),
        "use_service_name_alias": FLAG,
    }
)
CONTAINER: Final[dict[str, Shape]] = {
    "annotations": VARIABLES,
    "blkio_config": mapping(
        {
            "device_read_bps": _LIMITS,
            "device_read_iops": _LIMITS,
            "device_write_bps": _LIMITS,
            "device_write_iops": _LIMITS,
            "weight": WHOLE,
            "weight_device": listing(mapping({"path": TEXT, "weight": WHOLE}, extensions=False)),
        },
        extensions=False,
    ),
    "cap_add": DISTINCT_TEXTS,
    "cap_drop": DISTINCT_TEXTS,
    "cgroup": scalar(STRING, words=("host", "private")),
    "cgroup_parent": TEXT,
    "command": COMMAND,
    "configs": FILE_MOUNTS,
    "cpu_count": scalar(INTEGER, STRING, low=0),
    "cpu_percent": scalar(INTEGER, STRING, low=0, high=100),
    "cpu_period": AMOUNT,
    "cpu_quota": AMOUNT,
    "cpu_rt_period": AMOUNT,
    "cpu_rt_runtime": AMOUNT,
    "cpu_shares": AMOUNT,
    "cpus": AMOUNT,
    "cpuset": TEXT,
    "credential_spec": mapping({"config": TEXT, "file": TEXT, "registry": TEXT}),
    "device_cgroup_rules": DISTINCT_TEXTS,
    "devices": listing(
        either(TEXT, mapping({"source": TEXT, "target": TEXT, "permissions": TEXT}, required=("source",)))
    ),
    "dns": ONE_OR_MORE,
    "dns_opt": DISTINCT_TEXTS,
    "dns_search": ONE_OR_MORE,
    "domainname": TEXT,
    "entrypoint": COMMAND,
    "env_file": either(
        TEXT,
        listing(
            either(
                TEXT,
                mapping({"path": TEXT, "format": TEXT, "required": FLAG}, required=("path",), extensions=False),
            )
        ),
    ),
    "environment": VARIABLES,
    "extra_hosts": HOSTS,
    "gpus": either(scalar(STRING, words=("all",)), listing(mapping(DEVICE_REQUEST, open=True))),
    "group_add": listing(AMOUNT, unique=True),
    "hostname": TEXT,
    "image": TEXT,
    "init": FLAG,
    "ipc": TEXT,
    "isolation": TEXT,
    "label_file": either(TEXT, TEXTS),
    "labels": VARIABLES,
    "logging": mapping(
        {
            "driver": TEXT,
            "options": mapping(named=(is_one_line, scalar(STRING, NUMBER, NULL)), extensions=False, open=True),
        }
    ),
    "mac_address": TEXT,
    "mem_limit": AMOUNT,
    "mem_reservation": WHOLE,
    "mem_swappiness": WHOLE,
    "memswap_limit": AMOUNT,
    "models": either(
        DISTINCT_TEXTS,
        mapping(
            named=(is_name, either(NOTHING, mapping({"endpoint_var": TEXT, "model_var": TEXT}))),
            extensions=False,
            open=True,
        ),
    ),
    "network_mode": TEXT,
    "networks": either(DISTINCT_TEXTS, mapping(named=(is_name, either(NOTHING, _ATTACHMENT)), extensions=False)),
    "oom_kill_disable": FLAG,
    "oom_score_adj": scalar(INTEGER, STRING, low=-1000, high=1000),
    "pid": scalar(STRING, NULL),
    "pids_limit": AMOUNT,
    "platform": TEXT,
    "privileged": FLAG,
    "pull_policy": scalar(STRING, text=_pull_policy),
    "pull_refresh_after": DURATION,
    "read_only": FLAG,
    "runtime": TEXT,
    "secrets": FILE_MOUNTS,
    "security_opt": DISTINCT_TEXTS,
    "shm_size": AMOUNT,
    "stop_grace_period": DURATION,
    "stop_signal": TEXT,
    "storage_opt": mapping(extensions=False, open=True),
    "sysctls": VARIABLES,
    "tmpfs": ONE_OR_MORE,
    "ulimits": ULIMITS,
    "umask": scalar(INTEGER, STRING, NULL, low=0, high=4294967295),
    "use_api_socket": YES_OR_NO,
    "user": TEXT,
    "userns_mode": TEXT,
    "uts": TEXT,
    "volumes": listing(either(TEXT, _MOUNT), unique=True),
    "volumes_from": DISTINCT_TEXTS,
    "working_dir": TEXT,
}
