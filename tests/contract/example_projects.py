"""The projects of the examples: each with a key and without it."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from hybridcompose.translate import Options
from tests.contract.examples import EXAMPLES

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
    "jobs.*": {"image": "tool", "triggers": {"manual": True}, "networks": {"front": {}}},
    "jobs.*.depends_on.*": {"condition": "service_started", "required": True},
    "jobs.*.healthcheck": {"test": ["CMD", "true"]},
    "jobs.*.triggers.schedule[]": {"cron": "0 3 * * *"},
    "models.*": {"model": "ai/small"},
    "secrets.*": {"file": "/project/token"},
    "services.*": {"image": "app"},
    "services.*.deploy.resources.reservations.devices[]": {"capabilities": ["gpu"]},
    "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec": {"kind": "gpu", "value": 1},
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
    "services.*.deploy.resources.reservations.devices[].capabilities": {
        "services.*.deploy.resources.reservations.devices[]": {},
    },
    "services.*.deploy.restart_policy.max_attempts": {
        "services.*.deploy.restart_policy": {"condition": "on-failure"},
    },
    "configs.*.name": {"configs.*": {"external": True}},
    "secrets.*.name": {"secrets.*": {"external": True}},
    "volumes.*.name": {"volumes.*": {"external": True}},
    **{
        f"{workload}.build.no_cache": {
            f"{workload}.build": {"context": "/project", "cache_from": ["type=registry,ref=registry.test:5000/cache"]},
        }
        for workload in ("services.*", "jobs.*")
    },
    **{
        f"{container}.volumes[].{key}": {
            f"{container}.volumes[]": {"type": kind, "source": source, "target": "/data"},
        }
        for container in ("services.*", "services.*.pre_start[]", "jobs.*")
        for key, kind, source in (
            ("bind", "bind", "/project/missing"),
            ("bind.create_host_path", "bind", "/project/missing"),
            ("bind.propagation", "bind", "/srv/data"),
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

#: Keys that an example's key stands in for.
INSTEAD_OF: dict[str, str] = {
    "configs.*.content": "file",
    "configs.*.environment": "file",
    "secrets.*.environment": "file",
}

#: Choices without which a key is refused.
OPTIONS: dict[str, Options] = {
    **{
        f"{container}.{key}": Options(allow_host_access=True)
        for container in ("services.*", "services.*.pre_start[]", "jobs.*")
        for key in ("volumes[].bind.propagation", "devices[].permissions", "devices[].target")
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
        "db": {"image": "db:1", "healthcheck": {"test": ["CMD", "true"]}, "networks": {"front": {}}},
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
                node.pop(INSTEAD_OF.get(pattern), None)
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
