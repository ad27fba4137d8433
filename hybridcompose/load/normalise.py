"""The normalise stage: implicit values of the whole project, written out.

Source: Compose Specification, "default network", "name" of resources, "links", "volumes_from", "pre_start".
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from hybridcompose.load.marks import derive
from hybridcompose.load.trees import clone
from hybridcompose.spec.container import ContainerSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.load.context import Context
    from hybridcompose.load.merge import Merge

_SHARED_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")


def normalise(
    tree: dict[str, Any], name: str, environment: Mapping[str, str], merge: Merge, context: Context
) -> dict[str, Any]:
    """``tree`` with implicit networks, dependencies, names and build defaults, in place."""
    context.focus = tree
    _default_network(tree)
    for container in _containers(tree):
        if container.get("pull_policy") == "if_not_present":
            container["pull_policy"] = "missing"
        _build(container, environment)
        _environment(container, environment)
        _dependencies(container)
        for mount in container.get("volumes") or ():
            if isinstance(mount, dict) and isinstance(mount.get("target"), str):
                mount["target"] = posixpath.normpath(mount["target"]).replace("//", "/", 1)
        _pre_start(container, merge, context)
    _resource_names(tree, name)
    return tree


def _containers(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in ("services", "jobs"):
        entries = tree.get(section)
        for entry in entries.values() if isinstance(entries, dict) else ():
            if isinstance(entry, dict):
                yield entry


def _default_network(tree: dict[str, Any]) -> None:
    used = False
    for container in _containers(tree):
        if "provider" in container or "network_mode" in container:
            continue
        if not container.get("networks"):
            container["networks"] = {"default": None}
        used = used or "default" in container["networks"]
    if used:
        networks = tree.get("networks")
        tree["networks"] = networks if isinstance(networks, dict) else {}
        tree["networks"].setdefault("default", None)


def _build(container: dict[str, Any], environment: Mapping[str, str]) -> None:
    build = container.get("build")
    if not isinstance(build, dict):
        return
    if build.get("context") is None:
        build["context"] = "."
    if build.get("dockerfile") is None and build.get("dockerfile_inline") is None:
        build["dockerfile"] = "Dockerfile"
    if "args" in build:
        build["args"] = _arguments(build["args"], environment)


def _environment(container: dict[str, Any], variables: Mapping[str, str]) -> None:
    """Names without a value take the variable of that name, where there is one."""
    given = container.get("environment")
    if isinstance(given, dict) and None in given.values():
        container["environment"] = {
            name: variables.get(name) if value is None else value for name, value in given.items()
        }


def _arguments(args: Any, environment: Mapping[str, str]) -> Any:
    """Build arguments without a value take the variable of that name; without one they are left out."""
    if isinstance(args, dict):
        given = {name: environment.get(name) if value is None else value for name, value in args.items()}
        return {name: value for name, value in given.items() if value is not None}
    if isinstance(args, list):
        entries = [
            f"{entry}={environment[entry]}"
            if isinstance(entry, str) and "=" not in entry and entry in environment
            else entry
            for entry in args
        ]
        return [entry for entry in entries if not isinstance(entry, str) or "=" in entry]
    return args


def _dependencies(container: dict[str, Any]) -> None:
    """Links, shared namespaces and ``volumes_from`` are dependencies too."""
    implied: list[tuple[str, bool]] = []
    implied += [(derive(link.split(":")[0], link), True) for link in _strings(container.get("links"))]
    implied += [
        (derive(mode.removeprefix("service:"), mode), True)
        for mode in (container.get(key) for key in _SHARED_NAMESPACES)
        if isinstance(mode, str) and mode.startswith("service:")
    ]
    implied += [
        (derive(source.split(":")[0], source), False)
        for source in _strings(container.get("volumes_from"))
        if not source.startswith("container:")
    ]
    if not implied:
        return
    dependencies = container.setdefault("depends_on", {})
    for service, restart in implied:
        dependencies.setdefault(service, {"condition": "service_started", "restart": restart, "required": True})


def _strings(value: Any) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _pre_start(service: dict[str, Any], merge: Merge, context: Context) -> None:
    """A hook inherits the service's container keys, except its volumes."""
    hooks = service.get("pre_start")
    if not isinstance(hooks, list) or not hooks:
        return
    inherited = {
        key: value
        for key, value in service.items()
        if key in ContainerSpec.model_fields and key not in ("volumes", "extensions")
    }
    for index, hook in enumerate(hooks):
        if isinstance(hook, dict):
            hooks[index] = merge.element(clone(inherited), hook, ("services", "hook"))


def _resource_names(tree: dict[str, Any], project: str) -> None:
    for section in ("networks", "volumes", "configs", "secrets"):
        entries = tree.get(section)
        if not isinstance(entries, dict):
            continue
        for key, entry in entries.items():
            resource = {} if entry is None else entry
            if isinstance(resource, dict) and resource.get("name") is None:
                external = resource.get("external") in (True, "true", "True", "TRUE", "t", "T", "1", 1)
                resource["name"] = key if external else f"{project}_{key}"
            entries[key] = resource
