"""The consistency stage: what no single key can say about itself.

Source: Compose Specification; the reference's validation of the canonical model and of the whole project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError
from hybridcompose.load.tables import Node, steps, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.load.context import Context

    #: ``None``, or what is wrong and (after ``; ``) what to write instead.
    Check = Callable[[dict[str, Any]], str | None]


def check_elements(tree: dict[str, Any], context: Context) -> dict[str, Any]:
    """Refuses elements of the canonical tree that contradict themselves; all of them at once."""
    context.focus = tree
    findings: list[Diagnostic] = []
    _walk(tree, _CHECKS, (), context, findings)
    if findings:
        raise LoadError(findings)
    return tree


def _walk(value: Any, node: Node[Check], path: ComposePath, context: Context, findings: list[Diagnostic]) -> None:
    if node.rule is not None:
        problem = node.rule(value) if isinstance(value, dict) else None
        if problem:
            message, _, remedy = problem.partition("; ")
            findings.append(context.finding(Code.CONFLICTING_VALUES, message, remedy or None, path=path))
        return
    for step, below in steps(value, node):
        _walk(value[step], below, (*path, step), context, findings)


def _volume(value: dict[str, Any]) -> str | None:
    if value.get("external") is not True:
        return None
    others = [key for key in value if key not in ("name", "external") and not key.startswith(("x-", "#"))]
    return f'"external" and "{others[0]}" contradict one another; leave one of them out' if others else None


def _file_object(*keys: str) -> Check:
    names = "|".join(keys)

    def check(value: dict[str, Any]) -> str | None:
        given = [key for key in keys if key in value]
        if len(given) > 1:
            return f"{names} are mutually exclusive; keep one of {', '.join(given)}"
        if not given and "driver" not in value and "external" not in value:
            return f"one of {names} must be set"
        return None

    return check


def _port(value: dict[str, Any]) -> str | None:
    address = value.get("host_ip")
    if address is None:
        return None
    import ipaddress  # few ports name a host address

    try:
        ipaddress.ip_address(str(address).partition("%")[0])
    except ValueError:
        return f"invalid IP address: {address}; write an address such as 127.0.0.1"
    return None


def _devices(value: dict[str, Any]) -> str | None:
    if "count" in value and "device_ids" in value:
        return '"count" and "device_ids" are mutually exclusive; keep one of them'
    return None


_CHECKS: Node[Check] = table(
    {
        "configs.*": _file_object("file", "environment", "content"),
        "secrets.*": _file_object("file", "environment"),
        "services.*.deploy.resources.reservations.devices.*": _devices,
        "services.*.gpus.*": _devices,
        "services.*.ports.*": _port,
        "volumes.*": _volume,
    }
)
