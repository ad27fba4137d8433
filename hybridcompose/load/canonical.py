"""The canonical stage: every short form becomes the long one. Then the defaults that the reference writes out.

Source: Compose Specification, "Short syntax" and "Long syntax" of each key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic
from hybridcompose.diagnostics.remedies import parted
from hybridcompose.load.marks import derive
from hybridcompose.load.ports import parse_port
from hybridcompose.load.tables import Node, prefixed, steps, table
from hybridcompose.load.volume_spec import parse_volume

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.load.context import Context

    #: Gives the long form of a value; ``ValueError`` says what is wrong with it.
    Transform = Callable[[Any], Any]


def canonicalise(tree: dict[str, Any], context: Context) -> dict[str, Any]:
    """``tree`` with long forms only, in place. Names that stand for themselves keep their positions."""
    return _applied(tree, _LONG_FORMS, context)


def set_defaults(tree: dict[str, Any], context: Context) -> dict[str, Any]:
    """``tree`` with the defaults that the reference makes part of the canonical form, in place."""
    return _applied(tree, _DEFAULTS, context)


def _applied(tree: dict[str, Any], rules: Node[Transform], context: Context) -> dict[str, Any]:
    context.focus = tree
    found: list[Diagnostic] = []
    _apply(tree, rules, (), context, found)
    if found:
        context.report(found, tree)
    return tree


def _apply(value: Any, node: Node[Transform], path: ComposePath, context: Context, found: list[Diagnostic]) -> None:
    """Transforms what stands below ``value``, the outer element before the inner ones."""
    for step, below in steps(value, node):
        if below.rule is not None:
            try:
                value[step] = derive(below.rule(value[step]), value[step])
            except ValueError as error:
                if not (context.lenient and isinstance(error, _UnreadableError)):
                    place = (*path, step, *(error.below if isinstance(error, _BelowError) else ()))
                    found.append(context.finding(Code.INVALID_VALUE, *parted(str(error)), path=place))
                    continue
        _apply(value[step], below, (*path, step), context, found)


#: A colon that is not part of an expression such as ``${NAME:-text}``.
_COLON = re.compile(r":(?![^${}]*\})")
#: Every port, on two protocols.
_MAX_PORTS = 2 << 16
#: What a request for devices may say; below ``gpus`` the specification lets other keys stand, to no effect.
REQUEST_KEYS = ("capabilities", "count", "device_ids", "driver", "options")


class _BelowError(ValueError):
    """What is wrong stands at a place below the value that is transformed."""

    def __init__(self, message: str, *below: str | int) -> None:
        super().__init__(message)
        self.below = below


class _UnreadableError(_BelowError):
    """A text has no long form. Where variables are not replaced, that may be due to them."""


def _string_or_list(value: Any) -> Any:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise ValueError("must be a string or a list of strings")
    return value


def _servers(value: Any) -> Any:
    """Addresses that are empty, as from a variable that is not set, are none."""
    if not isinstance(value, str | list):
        return value  # in an extended file, where what the other one says may stand instead
    return [entry for entry in _string_or_list(value) if entry not in (None, "")]


def _names(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    for index, name in enumerate(value):
        if not isinstance(name, str):
            raise _BelowError("must be a name", index)
    return dict.fromkeys(value)


def _depends_on(value: Any) -> Any:
    if isinstance(value, list):
        value = _names(value)
        return {name: {"condition": "service_started", "required": True} for name in value}
    if not isinstance(value, dict):
        raise ValueError("must be a list of services or a mapping of them")
    for name, dependency in value.items():
        if not isinstance(dependency, dict):
            raise _BelowError("must be a mapping; write condition: service_started below the name", name)
        if "condition" not in dependency:
            raise _BelowError("the condition is missing; write condition: service_started", name)
        dependency.setdefault("required", True)
    return value


def _env_files(value: Any) -> Any:
    if isinstance(value, str):
        return [{"path": value, "required": True}]
    if not isinstance(value, list):
        raise ValueError("must be a path or a list of them")
    files = []
    for index, entry in enumerate(value):
        if isinstance(entry, str):
            files.append(derive({"path": entry, "required": True}, entry))
        elif isinstance(entry, dict):
            entry.setdefault("required", True)
            files.append(entry)
        else:
            raise _BelowError("must be a path or a mapping with path", index)
    return files


def _gpus(value: Any) -> Any:
    if isinstance(value, str):
        return [{"count": "all"}]
    if not isinstance(value, list):
        raise ValueError('must be "all" or a list of device requests')
    return [
        derive({key: given for key, given in entry.items() if key in REQUEST_KEYS}, entry)
        if isinstance(entry, dict)
        else entry
        for entry in value
    ]


def _volume(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return parse_volume(value)
        except ValueError as error:
            raise _UnreadableError(str(error)) from None
    if not isinstance(value, dict):
        raise ValueError("must be SOURCE:TARGET or a mapping with type, source and target")
    return value


def _device(value: Any) -> Any:
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise ValueError("must be SOURCE:TARGET or a mapping with source and target")
    parts = _COLON.split(value) if "${" in value else value.split(":")
    if len(parts) > 3:
        raise _UnreadableError(f"confusing device mapping {value}; use the long form with source and target")
    source, target, permissions = [*parts, "", ""][:3]
    return {"source": source, "target": target or source, "permissions": permissions or "rwm"}


def _file_mount(value: Any) -> Any:
    if isinstance(value, str):
        return {"source": value}
    if not isinstance(value, dict):
        raise ValueError("must be a name or a mapping with source and target")
    return value


def _ulimit(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (dict, int)):
        message = "must be a number or a mapping with soft and hard"
        raise _UnreadableError(message) if isinstance(value, str) else ValueError(message)
    return value


def _string_or_bool(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _key_values(value: Any) -> Any:
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        raise ValueError("must be a mapping or a list of NAME=VALUE")
    pairs = {}
    for index, entry in enumerate(value):
        if not isinstance(entry, str) or "=" not in entry:
            raise _UnreadableError("must have the form NAME=VALUE: write NAME=VALUE", index)
        name, _, given = entry.partition("=")
        pairs[derive(name, entry)] = derive(given, entry)
    return pairs


def _ssh(value: Any) -> Any:
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        raise ValueError("must be a list or a mapping; write [default]")
    keys: dict[str, Any] = {}
    for index, entry in enumerate(value):
        name, equals, path = entry.partition("=") if isinstance(entry, str) else ("", "", "")
        if not equals and name != "default":
            raise _UnreadableError("must be default or ID=PATH: write ID=PATH", index)
        keys[name] = path if equals else None
    return keys


def _extends(value: Any) -> Any:
    return {"service": value} if isinstance(value, str) else value


def _ports(value: Any) -> Any:
    if not isinstance(value, list):
        raise ValueError("must be a list of ports")
    ports = []
    for index, entry in enumerate(value):
        if isinstance(entry, dict):
            ports.append(entry)
        elif isinstance(entry, (str, int)) and not isinstance(entry, bool):
            try:
                ports.extend(derive(port, entry) for port in parse_port(str(entry)))
            except ValueError as error:
                raise _UnreadableError(str(error), index) from None
        else:
            raise _BelowError("must be [HOST:]PORT in quotes, or a mapping with target; quote it", index)
        if len(ports) > _MAX_PORTS:
            raise _BelowError(f"more than {_MAX_PORTS} ports; publish fewer", index)
    return ports


def _build(value: Any) -> Any:
    if isinstance(value, str):
        return {"context": value}
    if not isinstance(value, dict):
        raise ValueError("must be a path or a mapping with context")
    return value


def _schedule(value: Any) -> Any:
    if not isinstance(value, (str, dict)):
        raise ValueError("must be a cron expression or a mapping with cron")
    return {"cron": value} if isinstance(value, str) else value


def _maybe_external(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError("must be a mapping")
    external = value.get("external")
    if isinstance(external, dict):
        if "name" in external:
            if "name" in value and value["name"] != external["name"]:
                raise _BelowError("name and external.name conflict; only write name", "external", "name")
            value.setdefault("name", external["name"])
        value["external"] = True
    return value


def _default_context(value: Any) -> Any:
    if isinstance(value, dict):
        value.setdefault("context", ".")
    return value


def _default_target(value: Any) -> Any:
    if isinstance(value, dict):
        if "source" not in value:
            raise ValueError("the secret has no source; write source: NAME")
        value.setdefault("target", f"/run/secrets/{value.get('source')}")
    return value


def _default_port(value: Any) -> Any:
    if isinstance(value, dict):
        value.setdefault("protocol", "tcp")
        value.setdefault("mode", "ingress")
    return value


def _default_device_count(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping with capabilities")
    if "count" not in value and "device_ids" not in value:
        value["count"] = "all"
    return value


def _default_bind(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping")
    value.setdefault("create_host_path", True)
    return value


def _undefaulted_bind(value: Any) -> Any:
    """In the long form of a hook's mount, unlike a service's, nothing is created where nothing says so."""
    if isinstance(value, dict):
        value.setdefault("create_host_path", False)
    return value


_CONTAINER: dict[str, Transform] = {
    "configs.*": _file_mount,
    "devices.*": _device,
    "dns": _string_or_list,
    "env_file": _env_files,
    "gpus": _gpus,
    "label_file": _string_or_list,
    "models": _names,
    "networks": _names,
    "secrets.*": _file_mount,
    "ulimits.*": _ulimit,
    "volumes.*": _volume,
}
_WORKLOAD: dict[str, Transform] = {
    "dns": _servers,
    "build": _build,
    "build.additional_contexts": _key_values,
    "build.provenance": _string_or_bool,
    "build.sbom": _string_or_bool,
    "build.secrets.*": _file_mount,
    "build.ssh": _ssh,
    "build.ulimits.*": _ulimit,
    "depends_on": _depends_on,
    "extends": _extends,
    "ports": _ports,
}
_LONG_FORMS: Node[Transform] = table(
    {
        "configs.*": _maybe_external,
        "jobs.*.triggers.schedule.*": _schedule,
        "networks.*": _maybe_external,
        "secrets.*": _maybe_external,
        "services.*.develop.watch.*.ignore": _string_or_list,
        "services.*.develop.watch.*.include": _string_or_list,
        "volumes.*": _maybe_external,
        **prefixed(("services.*", "jobs.*", "services.*.pre_start.*"), _CONTAINER),
        **prefixed(("services.*", "jobs.*"), _WORKLOAD),
    }
)
_DEFAULTS: Node[Transform] = table(
    {
        "services.*.deploy.resources.reservations.devices.*": _default_device_count,
        "services.*.pre_start.*.volumes.*.bind": _undefaulted_bind,
        **prefixed(
            ("services.*", "jobs.*"),
            {
                "build": _default_context,
                "gpus.*": _default_device_count,
                "ports.*": _default_port,
                "secrets.*": _default_target,
                "volumes.*.bind": _default_bind,
            },
        ),
    }
)
