"""A minimal example of every key of the Compose schema, and the projects with and without it."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

_COMMAND = ["echo", "done"]
_HOOK = {
    "command": ["true"],
    "environment": {"KEY": "value"},
    "environment.*": "value",
    "privileged": True,
    "user": "root",
    "working_dir": "/srv",
}
_DEVICE_REQUEST = {
    "capabilities": ["gpu"],
    "count": 1,
    "device_ids": ["0"],
    "driver": "nvidia",
    "options": {"key": "value"},
    "options.*": "value",
}
_THROTTLE = [{"path": "/dev/sda", "rate": "1m"}]
_FILE_MOUNT = {"gid": "1000", "mode": "0400", "source": "other", "target": "/srv/file", "uid": "1000"}
_UPDATE = {
    "delay": "5s",
    "failure_action": "pause",
    "max_failure_ratio": 0.5,
    "monitor": "5s",
    "order": "start-first",
    "parallelism": 2,
}


def _below(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{key}": value for key, value in values.items()}


#: The keys of a container, by their path below a service, a job or a hook.
CONTAINER: dict[str, Any] = {
    "annotations": {"key": "value"},
    "annotations.*": "value",
    "blkio_config": {"weight": 300},
    "blkio_config.weight": 300,
    "blkio_config.weight_device": [{"path": "/dev/sda", "weight": 300}],
    "blkio_config.weight_device[].path": "/dev/sda",
    "blkio_config.weight_device[].weight": 300,
    **{
        f"blkio_config.device_{kind}{part}": value
        for kind in ("read_bps", "read_iops", "write_bps", "write_iops")
        for part, value in (("", _THROTTLE), ("[].path", "/dev/sda"), ("[].rate", "1m"))
    },
    "cap_add": ["NET_ADMIN"],
    "cap_drop": ["ALL"],
    "cgroup": "host",
    "cgroup_parent": "group",
    "command": _COMMAND,
    "configs": [{"source": "settings", "target": "/settings"}],
    **_below("configs[]", _FILE_MOUNT),
    "cpu_count": 2,
    "cpu_percent": 50.0,
    "cpu_period": 100000,
    "cpu_quota": 50000,
    "cpu_rt_period": 1000,
    "cpu_rt_runtime": 900,
    "cpu_shares": 512,
    "cpus": 0.5,
    "cpuset": "0,1",
    "credential_spec": {"file": "spec.json"},
    "credential_spec.config": "spec",
    "credential_spec.file": "spec.json",
    "credential_spec.registry": "spec",
    "device_cgroup_rules": ["c 1:3 mr"],
    "devices": [{"source": "/dev/fuse", "target": "/dev/fuse", "permissions": "rwm"}],
    "devices[].permissions": "r",
    "devices[].source": "/dev/null",
    "devices[].target": "/dev/other",
    "dns": ["10.0.0.53"],
    "dns_opt": ["ndots:3"],
    "dns_search": ["example.test"],
    "domainname": "example.test",
    "entrypoint": ["/start"],
    "env_file": [{"path": "/project/app.env", "required": True}],
    "env_file[].format": "raw",
    "env_file[].path": "/project/app.env",
    "env_file[].required": True,
    "environment": {"KEY": "value"},
    "environment.*": "value",
    "extra_hosts": {"printer": ["10.0.0.9"]},
    "extra_hosts.*": ["10.0.0.9"],
    "gpus": [{"driver": "nvidia", "count": 1}],
    **_below("gpus[]", _DEVICE_REQUEST),
    "group_add": ["2000"],
    "hostname": "front",
    "image": "other:1",
    "init": True,
    "ipc": "host",
    "isolation": "hyperv",
    "label_file": ["/project/app.labels"],
    "labels": {"key": "value"},
    "labels.*": "value",
    "logging": {"driver": "json-file"},
    "logging.driver": "json-file",
    "logging.options": {"max-size": "1m"},
    "logging.options.*": "1m",
    "mac_address": "02:42:ac:11:00:02",
    "mem_limit": "64m",
    "mem_reservation": "32m",
    "mem_swappiness": "60",
    "memswap_limit": "128m",
    "models": {"llm": {"endpoint_var": "LLM_URL"}},
    "models.*": {"endpoint_var": "LLM_URL"},
    "models.*.endpoint_var": "LLM_URL",
    "models.*.model_var": "LLM_NAME",
    "network_mode": "host",
    "networks": {"front": {"aliases": ["shop"]}},
    "networks.*": {"aliases": ["shop"]},
    "networks.*.aliases": ["shop"],
    "networks.*.driver_opts": {"key": "value"},
    "networks.*.driver_opts.*": "value",
    "networks.*.gw_priority": 1,
    "networks.*.interface_name": "eth7",
    "networks.*.ipv4_address": "172.16.0.9",
    "networks.*.ipv6_address": "fd00::9",
    "networks.*.link_local_ips": ["169.254.8.8"],
    "networks.*.mac_address": "02:42:ac:11:00:02",
    "networks.*.priority": 10,
    "networks.*.use_service_name_alias": False,
    "oom_kill_disable": True,
    "oom_score_adj": 500,
    "pid": "host",
    "pids_limit": 100,
    "platform": "linux/arm64",
    "privileged": True,
    "pull_policy": "always",
    "pull_refresh_after": "24h",
    "read_only": True,
    "runtime": "gvisor",
    "secrets": [{"source": "token", "target": "/run/secrets/token"}],
    **_below("secrets[]", _FILE_MOUNT),
    "security_opt": ["no-new-privileges:true"],
    "shm_size": "128m",
    "stop_grace_period": "30s",
    "stop_signal": "SIGINT",
    "storage_opt": {"size": "1g"},
    "sysctls": {"net.ipv4.tcp_syncookies": "0"},
    "sysctls.*": "0",
    "tmpfs": ["/scratch"],
    "ulimits": {"nofile": {"soft": 1000, "hard": 2000}},
    "ulimits.*": {"soft": 1000, "hard": 2000},
    "ulimits.*.hard": 2000,
    "ulimits.*.soft": 1000,
    "umask": 0o077,
    "use_api_socket": True,
    "user": "1000:1000",
    "userns_mode": "host",
    "uts": "host",
    "volumes": [{"type": "volume", "source": "data", "target": "/data"}],
    "volumes[].bind": {"create_host_path": True},
    "volumes[].bind.create_host_path": True,
    "volumes[].bind.propagation": "rslave",
    "volumes[].bind.recursive": "disabled",
    "volumes[].bind.selinux": "z",
    "volumes[].consistency": "cached",
    "volumes[].image": {"subpath": "srv"},
    "volumes[].image.subpath": "srv",
    "volumes[].read_only": True,
    "volumes[].source": "other",
    "volumes[].target": "/other",
    "volumes[].tmpfs": {"size": "1m"},
    "volumes[].tmpfs.mode": 0o700,
    "volumes[].tmpfs.size": "1m",
    "volumes[].type": "tmpfs",
    "volumes[].volume": {"nocopy": True},
    "volumes[].volume.labels": {"key": "value"},
    "volumes[].volume.labels.*": "value",
    "volumes[].volume.nocopy": True,
    "volumes[].volume.subpath": "inner",
    "volumes_from": ["db"],
    "working_dir": "/srv",
}

BUILD: dict[str, Any] = {
    "additional_contexts": {"base": "/project/base"},
    "additional_contexts.*": "/project/base",
    "args": {"VERSION": "1"},
    "args.*": "1",
    "cache_from": ["type=registry,ref=registry/app:cache"],
    "cache_to": ["type=registry,ref=registry/app:cache"],
    "context": "/project/other",
    "dockerfile": "Dockerfile.test",
    "dockerfile_inline": "FROM scratch\n",
    "entitlements": ["network.host"],
    "extra_hosts": {"printer": ["10.0.0.9"]},
    "extra_hosts.*": ["10.0.0.9"],
    "isolation": "hyperv",
    "labels": {"key": "value"},
    "labels.*": "value",
    "network": "host",
    "no_cache": True,
    "no_cache_filter": ["test"],
    "platforms": ["linux/arm64"],
    "privileged": True,
    "provenance": "true",
    "pull": True,
    "sbom": "true",
    "secrets": [{"source": "token"}],
    **_below("secrets[]", _FILE_MOUNT),
    "shm_size": "128m",
    "ssh": {"default": ""},
    "ssh.*": "",
    "tags": ["registry/app:latest"],
    "target": "test",
    "ulimits": {"nofile": {"soft": 1000, "hard": 2000}},
    "ulimits.*": {"soft": 1000, "hard": 2000},
    "ulimits.*.hard": 2000,
    "ulimits.*.soft": 1000,
}

#: What services and jobs have beside a container's keys.
WORKLOAD: dict[str, Any] = {
    **CONTAINER,
    "build": {"context": "/project"},
    **_below("build", BUILD),
    "depends_on": {"db": {"condition": "service_started", "required": True}},
    "depends_on.*": {"condition": "service_started", "required": True},
    "depends_on.*.condition": "service_healthy",
    "depends_on.*.required": False,
    "depends_on.*.restart": True,
    "expose": ["3000"],
    "healthcheck": {"test": ["CMD", "true"], "interval": "5s"},
    "healthcheck.disable": True,
    "healthcheck.interval": "5s",
    "healthcheck.retries": 7,
    "healthcheck.start_interval": "1s",
    "healthcheck.start_period": "20s",
    "healthcheck.test": ["CMD", "false"],
    "healthcheck.timeout": "3s",
    "ports": [{"target": 80, "published": "8080"}],
    "ports[].app_protocol": "http",
    "ports[].host_ip": "127.0.0.1",
    "ports[].mode": "host",
    "ports[].name": "http",
    "ports[].protocol": "udp",
    "ports[].published": "8080",
    "ports[].target": 8081,
    "stdin_open": True,
    "tty": True,
}

DEPLOY: dict[str, Any] = {
    "endpoint_mode": "vip",
    "labels": {"key": "value"},
    "labels.*": "value",
    "mode": "global",
    "placement": {"constraints": ["node.role == worker"]},
    "placement.constraints": ["node.role == worker"],
    "placement.max_replicas_per_node": 1,
    "placement.preferences": [{"spread": "node.labels.zone"}],
    "placement.preferences[].spread": "node.labels.zone",
    "replicas": 2,
    "resources": {"limits": {"cpus": "0.5"}},
    "resources.limits": {"cpus": "0.5"},
    "resources.limits.cpus": "0.5",
    "resources.limits.memory": "50M",
    "resources.limits.pids": 50,
    "resources.reservations": {"cpus": "0.25"},
    "resources.reservations.cpus": "0.25",
    "resources.reservations.devices": [{"capabilities": ["gpu"]}],
    **_below("resources.reservations.devices[]", _DEVICE_REQUEST),
    "resources.reservations.generic_resources": [{"discrete_resource_spec": {"kind": "gpu", "value": 1}}],
    "resources.reservations.generic_resources[].discrete_resource_spec": {"kind": "gpu", "value": 1},
    "resources.reservations.generic_resources[].discrete_resource_spec.kind": "gpu",
    "resources.reservations.generic_resources[].discrete_resource_spec.value": 1,
    "resources.reservations.memory": "20M",
    "restart_policy": {"condition": "any"},
    "restart_policy.condition": "any",
    "restart_policy.delay": "5s",
    "restart_policy.max_attempts": 3,
    "restart_policy.window": "60s",
    "rollback_config": {"order": "stop-first"},
    **_below("rollback_config", _UPDATE),
    "update_config": {"order": "start-first"},
    **_below("update_config", _UPDATE),
}

_WATCH = {
    "action": "sync+exec",
    "exec": {"command": ["true"]},
    **_below("exec", _HOOK),
    "ignore": ["node_modules/"],
    "include": ["*.py"],
    "initial_sync": True,
    "path": "/project/src",
    "target": "/app",
}

SERVICE: dict[str, Any] = {
    **WORKLOAD,
    "attach": False,
    "container_name": "shop",
    "deploy": {"replicas": 2},
    **_below("deploy", DEPLOY),
    "develop": {"watch": [{"path": "/project/src", "action": "rebuild"}]},
    "develop.watch": [{"path": "/project/src", "action": "rebuild"}],
    **_below("develop.watch[]", _WATCH),
    "extends": {"service": "base"},
    "extends.file": "/project/base.yml",
    "extends.service": "base",
    "external_links": ["legacy:old"],
    "links": ["db:database"],
    "post_start": [{"command": ["true"]}],
    **_below("post_start[]", _HOOK),
    "pre_start": [{"image": "tool", "command": ["true"]}],
    **_below("pre_start[]", CONTAINER),
    "pre_start[].per_replica": True,
    "pre_stop": [{"command": ["true"]}],
    **_below("pre_stop[]", _HOOK),
    "profiles": ["test"],
    "provider": {"type": "cloud"},
    "provider.options": {"size": ["small"]},
    "provider.options.*": ["small"],
    "provider.type": "cloud",
    "restart": "always",
    "scale": 2,
}

JOB: dict[str, Any] = {
    **WORKLOAD,
    "profiles": ["test"],
    "triggers": {"manual": True},
    "triggers.manual": True,
    "triggers.schedule": [{"cron": "0 3 * * *"}],
    "triggers.schedule[].concurrency": "forbid",
    "triggers.schedule[].cron": "0 4 * * *",
    "triggers.schedule[].missed_fires": "skip",
    "triggers.schedule[].timezone": "Europe/Berlin",
}

_OBJECT = {
    "environment": "TOKEN",
    "external": True,
    "file": "/project/other",
    "labels": {"key": "value"},
    "labels.*": "value",
    "name": "shop_object",
    "template_driver": "golang",
}
_DRIVER = {"driver": "custom", "driver_opts": {"key": "value"}, "driver_opts.*": "value"}

EXAMPLES: dict[str, Any] = {
    "configs": {"settings": {"file": "/project/settings"}},
    "configs.*": {"file": "/project/settings"},
    "configs.*.content": "text",
    **_below("configs.*", _OBJECT),
    "jobs": {"backup": {"image": "tool", "triggers": {"manual": True}}},
    "jobs.*": {"image": "tool", "triggers": {"manual": True}},
    **_below("jobs.*", JOB),
    "models": {"llm": {"model": "ai/small"}},
    "models.*": {"model": "ai/small"},
    "models.*.context_size": 4096,
    "models.*.model": "ai/other",
    "models.*.name": "llm",
    "models.*.runtime_flags": ["--fast"],
    "name": "other",
    "networks": {"front": {"internal": True}},
    "networks.*": {"internal": True},
    "networks.*.attachable": True,
    **_below("networks.*", _DRIVER),
    "networks.*.enable_ipv4": False,
    "networks.*.enable_ipv6": True,
    "networks.*.external": True,
    "networks.*.internal": True,
    "networks.*.ipam": {"driver": "custom"},
    "networks.*.ipam.config": [{"subnet": "172.16.0.0/24"}],
    "networks.*.ipam.config[].aux_addresses": {"host": "172.16.0.2"},
    "networks.*.ipam.config[].aux_addresses.*": "172.16.0.2",
    "networks.*.ipam.config[].gateway": "172.16.0.1",
    "networks.*.ipam.config[].ip_range": "172.16.0.0/28",
    "networks.*.ipam.config[].subnet": "172.16.0.0/24",
    "networks.*.ipam.driver": "custom",
    "networks.*.ipam.options": {"key": "value"},
    "networks.*.ipam.options.*": "value",
    "networks.*.labels": {"key": "value"},
    "networks.*.labels.*": "value",
    "networks.*.name": "shop_front",
    "secrets": {"token": {"file": "/project/token"}},
    "secrets.*": {"file": "/project/token"},
    **_below("secrets.*", {**_OBJECT, **_DRIVER}),
    "services": {"web": {"image": "app"}},
    "services.*": {"image": "app"},
    **_below("services.*", SERVICE),
    "volumes": {"data": {"name": "shop_data"}},
    "volumes.*": {"name": "shop_data"},
    **_below("volumes.*", _DRIVER),
    "volumes.*.external": True,
    "volumes.*.labels": {"key": "value"},
    "volumes.*.labels.*": "value",
    "volumes.*.name": "shop_data",
}

#: What stands beside a key of a container, see ``BESIDE``.
_BESIDE_CONTAINER: dict[str, dict[str, Any]] = {
    "build": {"context": "/project"},
    "build.secrets[]": {"source": "token"},
    "configs[]": {"source": "settings", "target": "/settings"},
    "devices[]": {"source": "/dev/fuse", "target": "/dev/fuse"},
    "env_file[]": {"path": "/project/app.env"},
    "ports[]": {"target": 80},
    "secrets[]": {"source": "token", "target": "/run/secrets/token"},
    "volumes[]": {"type": "volume", "source": "data", "target": "/data"},
}
#: What stands beside an example's key: keys without which the element would mean nothing.
BESIDE: dict[str, dict[str, Any]] = {
    "configs.*": {"file": "/project/settings"},
    "jobs.*": {"image": "tool", "triggers": {"manual": True}},
    "jobs.*.depends_on.*": {"condition": "service_started", "required": True},
    "jobs.*.triggers.schedule[]": {"cron": "0 3 * * *"},
    "models.*": {"model": "ai/small"},
    "secrets.*": {"file": "/project/token"},
    "services.*": {"image": "app"},
    "services.*.depends_on.*": {"condition": "service_started", "required": True},
    "services.*.develop.watch[]": {"path": "/project/src", "action": "rebuild"},
    "services.*.develop.watch[].exec": {"command": ["true"]},
    "services.*.extends": {"service": "base"},
    "services.*.healthcheck": {"test": ["CMD", "true"]},
    "services.*.post_start[]": {"command": ["true"]},
    "services.*.pre_start[]": {"image": "tool"},
    "services.*.pre_stop[]": {"command": ["true"]},
    "services.*.provider": {"type": "cloud"},
    **{
        f"{container}.{key}": value
        for container in ("services.*", "services.*.pre_start[]", "jobs.*")
        for key, value in _BESIDE_CONTAINER.items()
    },
}

#: Elements beside the key that only its own example needs.
BESIDE_KEY: dict[str, dict[str, dict[str, Any]]] = {
    "services.*.deploy.restart_policy.max_attempts": {
        "services.*.deploy.restart_policy": {"condition": "on-failure"},
    },
    **{
        f"services.*.volumes[].{key}": {
            "services.*.volumes[]": {"type": kind, "source": source, "target": "/data"},
        }
        for key, kind, source in (
            ("bind", "bind", "/project/data"),
            ("bind.create_host_path", "bind", "/project/data"),
            ("bind.propagation", "bind", "/project/data"),
            ("bind.recursive", "bind", "/project/data"),
            ("bind.selinux", "bind", "/project/data"),
            ("image", "image", "busybox"),
            ("image.subpath", "image", "busybox"),
            ("tmpfs", "tmpfs", None),
            ("tmpfs.mode", "tmpfs", None),
            ("tmpfs.size", "tmpfs", None),
        )
    },
}

#: The key of each mapping that an example writes.
_KEYS = {
    "configs": "settings",
    "depends_on": "db",
    "jobs": "backup",
    "models": "llm",
    "networks": "front",
    "secrets": "token",
    "services": "web",
    "volumes": "data",
}

#: The rest of every project: what examples refer to.
_REST: dict[str, Any] = {
    "name": "shop",
    "services": {
        "db": {"image": "db:1", "healthcheck": {"test": ["CMD", "true"]}, "networks": {"front": None}},
        "user": {
            "image": "user:1",
            "networks": {"front": None},
            "volumes": [{"type": "volume", "source": "data", "target": "/data"}],
            "configs": [{"source": "settings", "target": "/settings"}],
            "secrets": [{"source": "token", "target": "/run/secrets/token"}],
        },
    },
    "networks": {"front": {"name": "shop_front"}},
    "volumes": {"data": {}, "other": {}},
    "configs": {"settings": {"file": "/project/settings"}, "other": {"file": "/project/other"}},
    "secrets": {"token": {"file": "/project/token"}, "other": {"file": "/project/other"}},
}

_PART = re.compile(r"\[\]|[^.\[\]]+")


def example_path(pattern: str) -> tuple[str | int, ...]:
    """The place in an example project that a schema path's example stands at."""
    path: list[str | int] = []
    for part in _PART.findall(pattern):
        if part == "[]":
            path.append(0)
        else:
            path.append(_KEYS.get(str(path[-1]), "key") if part == "*" else part)
    return tuple(path)


def projects(pattern: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A project in canonical form with the example of a schema path, and the same without it."""
    value = EXAMPLES[pattern]
    chosen = _project(pattern, value)
    return chosen, _project(pattern, None)


def _project(pattern: str, value: object) -> dict[str, Any]:
    project = deepcopy(_REST)
    node: Any = project
    parts, places = _PART.findall(pattern), example_path(pattern)
    seen = ""
    for index, place in enumerate(places):
        seen = seen + "[]" if parts[index] == "[]" else f"{seen}.{parts[index]}".lstrip(".")
        if index == len(places) - 1:
            if value is not None:
                node[place] = deepcopy(value)
            break
        below: Any = {} if parts[index + 1] != "[]" else []
        if isinstance(node, list):
            node.append(below)
        else:
            below = node.setdefault(place, below)
            node[place] = below
        node = node[place]
        beside = BESIDE_KEY.get(pattern, {}).get(seen, BESIDE.get(seen))
        if isinstance(node, dict) and beside:
            node.update({key: deepcopy(entry) for key, entry in beside.items() if entry is not None})
    return project
