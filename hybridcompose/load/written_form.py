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
    NUMBER,
    STRING,
    Shape,
    check_shape,
    either,
    listing,
    mapping,
    scalar,
)
from hybridcompose.load.written_container import (
    AMOUNT,
    CONTAINER,
    DEVICE_REQUEST,
    DISTINCT_TEXTS,
    DURATION,
    FILE_MOUNTS,
    FLAG,
    HOOK,
    HOSTS,
    NOTHING,
    ONE_OR_MORE,
    OPTIONS,
    TEXT,
    TEXTS,
    ULIMITS,
    VARIABLES,
    WHOLE,
    YES_OR_NO,
    is_name,
    is_one_line,
)

if TYPE_CHECKING:
    from hybridcompose.load.context import Context


def check_written_form(tree: dict[str, Any], context: Context) -> dict[str, Any]:
    """``tree`` as it is; every key and value that the specification does not know there is refused, all at once."""
    return check_shape(tree, FILE, context)


def _container_name(value: str) -> str | None:
    if re.search(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", value):
        return None
    return "no container name; write at least two letters, digits, dots, dashes or underscores"


_ORDERS: Final = scalar(STRING, words=("start-first", "stop-first"))
_BUILD: Final = mapping(
    {
        "additional_contexts": VARIABLES,
        "args": VARIABLES,
        "cache_from": TEXTS,
        "cache_to": TEXTS,
        "context": TEXT,
        "dockerfile": TEXT,
        "dockerfile_inline": TEXT,
        "entitlements": TEXTS,
        "extra_hosts": HOSTS,
        "isolation": TEXT,
        "labels": VARIABLES,
        "network": TEXT,
        "no_cache": FLAG,
        "no_cache_filter": ONE_OR_MORE,
        "platforms": TEXTS,
        "privileged": FLAG,
        "provenance": FLAG,
        "pull": FLAG,
        "sbom": FLAG,
        "secrets": FILE_MOUNTS,
        "shm_size": WHOLE,
        "ssh": VARIABLES,
        "tags": TEXTS,
        "target": TEXT,
        "ulimits": ULIMITS,
    }
)
_DEPENDENCY: Final = mapping(
    {
        "condition": scalar(STRING, words=("service_started", "service_healthy", "service_completed_successfully")),
        "required": YES_OR_NO,
        "restart": FLAG,
    },
    required=("condition",),
)
_PORT: Final = mapping(
    {
        "name": TEXT,
        "mode": TEXT,
        "host_ip": TEXT,
        "target": WHOLE,
        "published": WHOLE,
        "protocol": TEXT,
        "app_protocol": TEXT,
    }
)
_WORKLOAD: Final[dict[str, Shape]] = {
    **CONTAINER,
    "build": either(TEXT, _BUILD),
    "depends_on": either(DISTINCT_TEXTS, mapping(named=(is_name, _DEPENDENCY), extensions=False)),
    "expose": listing(AMOUNT, unique=True),
    "healthcheck": mapping(
        {
            "disable": FLAG,
            "interval": DURATION,
            "retries": AMOUNT,
            "start_interval": DURATION,
            "start_period": DURATION,
            "test": either(TEXT, TEXTS),
            "timeout": DURATION,
        }
    ),
    "ports": listing(either(AMOUNT, _PORT), unique=True),
    "stdin_open": FLAG,
    "tty": FLAG,
}
_ROLL_OUT: Final = mapping(
    {
        "delay": DURATION,
        "failure_action": TEXT,
        "max_failure_ratio": AMOUNT,
        "monitor": DURATION,
        "order": _ORDERS,
        "parallelism": WHOLE,
    }
)
_RESOURCES: Final = mapping(
    {
        "limits": mapping({"cpus": AMOUNT, "memory": TEXT, "pids": WHOLE}),
        "reservations": mapping(
            {
                "cpus": AMOUNT,
                "devices": listing(mapping(DEVICE_REQUEST, required=("capabilities",))),
                "generic_resources": listing(
                    mapping({"discrete_resource_spec": mapping({"kind": TEXT, "value": AMOUNT})})
                ),
                "memory": TEXT,
            }
        ),
    }
)
_DEPLOY: Final = mapping(
    {
        "endpoint_mode": TEXT,
        "labels": VARIABLES,
        "mode": TEXT,
        "placement": mapping(
            {
                "constraints": TEXTS,
                "max_replicas_per_node": WHOLE,
                "preferences": listing(mapping({"spread": TEXT})),
            }
        ),
        "replicas": WHOLE,
        "resources": _RESOURCES,
        "restart_policy": mapping({"condition": TEXT, "delay": DURATION, "max_attempts": WHOLE, "window": DURATION}),
        "rollback_config": _ROLL_OUT,
        "update_config": _ROLL_OUT,
    }
)
_WATCH: Final = mapping(
    {
        "action": scalar(STRING, words=("rebuild", "sync", "restart", "sync+restart", "sync+exec")),
        "exec": HOOK,
        "ignore": ONE_OR_MORE,
        "include": ONE_OR_MORE,
        "initial_sync": YES_OR_NO,
        "path": TEXT,
        "target": TEXT,
    },
    required=("path", "action"),
)
_PROVIDER_OPTION: Final = scalar(STRING, NUMBER, BOOLEAN)
_SERVICE: Final = mapping(
    {
        **_WORKLOAD,
        "attach": FLAG,
        "container_name": scalar(STRING, text=_container_name),
        "deploy": either(NOTHING, _DEPLOY),
        "develop": either(NOTHING, mapping({"watch": listing(_WATCH)})),
        "extends": either(TEXT, mapping({"service": TEXT, "file": TEXT}, required=("service",), extensions=False)),
        "external_links": DISTINCT_TEXTS,
        "links": DISTINCT_TEXTS,
        "post_start": listing(HOOK),
        "pre_start": listing(mapping({**CONTAINER, "per_replica": FLAG})),
        "pre_stop": listing(HOOK),
        "profiles": DISTINCT_TEXTS,
        "provider": mapping(
            {
                "type": TEXT,
                "options": mapping(
                    named=(is_one_line, either(_PROVIDER_OPTION, listing(_PROVIDER_OPTION))),
                    extensions=False,
                    open=True,
                ),
            },
            required=("type",),
        ),
        "restart": TEXT,
        "scale": WHOLE,
    },
    hint="image: NAME or build: DIRECTORY below it",
)
_SCHEDULE: Final = mapping(
    {
        "concurrency": scalar(STRING, words=("forbid", "queue")),
        "cron": TEXT,
        "missed_fires": scalar(STRING, words=("one", "skip")),
        "timezone": TEXT,
    },
    required=("cron",),
)
_JOB: Final = mapping(
    {
        **_WORKLOAD,
        "profiles": DISTINCT_TEXTS,
        "triggers": mapping(
            {"manual": FLAG, "schedule": listing(either(TEXT, _SCHEDULE))}, one_of=("manual", "schedule")
        ),
    },
    required=("triggers",),
)
_EXTERNAL: Final = either(FLAG, mapping({"name": TEXT}))
_OPEN_EXTERNAL: Final = either(FLAG, mapping({"name": TEXT}, open=True))
_POOL: Final = mapping(
    {
        "aux_addresses": mapping(named=(is_one_line, TEXT), extensions=False),
        "gateway": TEXT,
        "ip_range": TEXT,
        "subnet": TEXT,
    }
)
_NETWORK: Final = mapping(
    {
        "attachable": FLAG,
        "driver": TEXT,
        "driver_opts": OPTIONS,
        "enable_ipv4": FLAG,
        "enable_ipv6": FLAG,
        "external": _EXTERNAL,
        "internal": FLAG,
        "ipam": mapping(
            {
                "config": listing(_POOL),
                "driver": TEXT,
                "options": mapping(named=(is_one_line, TEXT), extensions=False),
            }
        ),
        "labels": VARIABLES,
        "name": TEXT,
    }
)
_VOLUME: Final = mapping(
    {"driver": TEXT, "driver_opts": OPTIONS, "external": _EXTERNAL, "labels": VARIABLES, "name": TEXT}
)
_CONFIG: Final = {
    "environment": TEXT,
    "external": _OPEN_EXTERNAL,
    "file": TEXT,
    "labels": VARIABLES,
    "name": TEXT,
    "template_driver": TEXT,
}
_MODEL: Final = mapping(
    {"context_size": scalar(INTEGER), "model": TEXT, "name": TEXT, "runtime_flags": TEXTS}, required=("model",)
)
_INCLUDE: Final = mapping({"env_file": ONE_OR_MORE, "path": ONE_OR_MORE, "project_directory": TEXT}, extensions=False)


def _section(element: Shape) -> Shape:
    return mapping(named=(is_name, element), extensions=False, hint="NAME: below it")


#: The whole file.
FILE: Final = mapping(
    {
        "configs": _section(mapping({**_CONFIG, "content": TEXT})),
        "include": listing(either(TEXT, _INCLUDE)),
        "jobs": _section(_JOB),
        "models": _section(_MODEL),
        "name": TEXT,
        "networks": _section(either(NOTHING, _NETWORK)),
        "secrets": _section(mapping({**_CONFIG, "driver": TEXT, "driver_opts": OPTIONS})),
        "services": _section(_SERVICE),
        "version": TEXT,
        "volumes": _section(either(NOTHING, _VOLUME)),
    }
)
