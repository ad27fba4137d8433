"""Lists whose entries are unique by a key: a later entry replaces an earlier one, in its place.

Source: Compose Specification, "Merge", "Unique resources".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic
from hybridcompose.diagnostics.remedies import parted
from hybridcompose.load.marks import derive
from hybridcompose.load.tables import Node, table
from hybridcompose.load.volume_spec import parse_volume

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.load.context import Context

    #: What makes an entry the same as another; ``ValueError`` says why an entry has none.
    Key = Callable[[Any], str]


def enforce_unique(tree: dict[str, Any], context: Context, *, lenient: bool = False) -> dict[str, Any]:
    """``tree`` with repeats removed, in place. ``lenient``: an entry without a key stays, for a later stage."""
    context.focus = tree
    found: list[Diagnostic] = []
    _walk(tree, _TABLE, (), context, found)
    if found and not lenient:
        context.report(found, tree)
    return tree


def _walk(value: Any, node: Node[Key], path: ComposePath, context: Context, found: list[Diagnostic]) -> None:
    if not isinstance(value, dict):
        return
    for key, entry in value.items():
        below = node.child(key)
        if below is None:
            continue
        if isinstance(entry, list) and below.rule is not None:
            value[key] = derive(one_per_key(entry, below.rule, context, (*path, key), found), entry)
        else:
            _walk(entry, below, (*path, key), context, found)


def one_per_key(
    entries: list[Any], key: Key, context: Context, path: ComposePath, found: list[Diagnostic]
) -> list[Any]:
    """The last entry for each key, at the place of the first; ``found`` is why an entry has none."""
    unique: dict[Any, Any] = {}
    for index, entry in enumerate(entries):
        try:
            unique[key(entry)] = entry
        except ValueError as error:
            unique[index] = entry
            found.append(context.finding(Code.INVALID_VALUE, *parted(str(error)), path=(*path, index)))
    return list(unique.values())


def variable_name(entry: Any) -> str:
    """What stands before ``=``."""
    if not isinstance(entry, str):
        raise ValueError("must be a string; write NAME=VALUE")
    return entry.partition("=")[0]


def _volume_target(entry: Any) -> str:
    if isinstance(entry, dict):
        target = entry.get("target")
        if not isinstance(target, str):
            raise ValueError("the mount has no target: write target: PATH")
        return target
    return str(parse_volume(entry)["target"]) if isinstance(entry, str) else ""


def _device_target(entry: Any) -> str:
    if isinstance(entry, dict):
        target = entry.get("target")
        if not isinstance(target, str):
            raise ValueError("the device has no target: write target: PATH")
        return target
    parts = entry.split(":") if isinstance(entry, str) else [""]
    return str(parts[1] if len(parts) > 1 else parts[0])


def _exposed(entry: Any) -> str:
    if isinstance(entry, bool) or not isinstance(entry, (str, int)):
        raise ValueError("must be a port or a range of ports; write a number such as 3000")
    return str(entry)


def _mounted_in(directory: str) -> Key:
    def key(entry: Any) -> str:
        if isinstance(entry, str):
            return f"{directory}/{entry}"
        if isinstance(entry, dict):
            return str(entry.get("target", f"{directory}/{entry.get('source')}"))
        raise ValueError("must be a name or a mapping with source and target; write a name")

    return key


def _port(entry: Any) -> str:
    if isinstance(entry, dict):
        if "target" not in entry:
            raise ValueError("the port has no target: write target: PORT")
        host = entry.get("host_ip", "0.0.0.0")  # noqa: S104  (the default of the specification, nothing listens)
        return f"{host}:{entry.get('published')}:{entry['target']}/{entry.get('protocol', 'tcp')}"
    return str(entry) if isinstance(entry, (str, int)) else ""


def _env_file(entry: Any) -> str:
    if isinstance(entry, dict):
        if not isinstance(entry.get("path"), str):
            raise ValueError("the env file has no path: write path: FILE")
        return str(entry["path"])
    return entry if isinstance(entry, str) else ""


_TABLE: Node[Key] = table(
    {
        "networks.*.ipam.options": variable_name,
        "networks.*.labels": variable_name,
        "services.*.annotations": variable_name,
        "services.*.build.additional_contexts": variable_name,
        "services.*.build.args": variable_name,
        "services.*.build.labels": variable_name,
        "services.*.build.tags": variable_name,
        "services.*.cap_add": variable_name,
        "services.*.cap_drop": variable_name,
        "services.*.configs": _mounted_in(""),
        "services.*.deploy.labels": variable_name,
        "services.*.devices": _device_target,
        "services.*.dns": variable_name,
        "services.*.dns_opt": variable_name,
        "services.*.dns_search": variable_name,
        "services.*.env_file": _env_file,
        "services.*.environment": variable_name,
        "services.*.expose": _exposed,
        "services.*.labels": variable_name,
        "services.*.links": variable_name,
        "services.*.networks.*.aliases": variable_name,
        "services.*.networks.*.link_local_ips": variable_name,
        "services.*.ports": _port,
        "services.*.profiles": variable_name,
        "services.*.secrets": _mounted_in("/run/secrets"),
        "services.*.sysctls": variable_name,
        "services.*.tmpfs": variable_name,
        "services.*.volumes": _volume_target,
    }
)
