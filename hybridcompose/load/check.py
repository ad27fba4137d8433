"""The consistency stage: what no single key can say about itself.

Source: Compose Specification; the reference's validation of the canonical model and of the whole project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic
from hybridcompose.diagnostics.remedies import parted
from hybridcompose.load.tables import Node, prefixed, steps, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.load.context import Context

    Check = Callable[[Any], "Problem | None"]


class Problem(NamedTuple):
    """What is wrong and (after ``; ``) what to write instead, and the key ``below`` the element that it is about."""

    text: str
    below: str | None = None
    code: Code = Code.CONFLICTING_VALUES


def check_elements(tree: dict[str, Any], context: Context) -> dict[str, Any]:
    """``tree`` as it is; the context keeps which elements contradict themselves."""
    context.focus = tree
    found: list[Diagnostic] = []
    _walk(tree, _CHECKS, (), context, found)
    if found:
        context.report(found, None)
    return tree


def _walk(value: Any, node: Node[Check], path: ComposePath, context: Context, found: list[Diagnostic]) -> None:
    if node.rule is not None:
        is_entry = isinstance(value, str) and isinstance(path[-1], int)
        problem = node.rule(value) if is_entry or isinstance(value, dict) else None
        if problem and not (context.lenient and "$" in problem.text):
            message, remedy = parted(problem.text)
            place = (*path, problem.below) if problem.below else path
            is_key = problem.code is Code.CONFLICTING_VALUES
            found.append(context.finding(problem.code, message, remedy, path=place, key=is_key))
        return
    for step, below in steps(value, node):
        _walk(value[step], below, (*path, step), context, found)


def _volume(value: dict[str, Any]) -> Problem | None:
    if value.get("external") is not True:
        return None
    others = [key for key in value if key not in ("name", "external") and not key.startswith(("x-", "#"))]
    if not others:
        return None
    return Problem(f'"external" and "{others[0]}" contradict one another; leave one of them out', others[0])


def _file_object(*keys: str) -> Check:
    names = "|".join(keys)

    def check(value: dict[str, Any]) -> Problem | None:
        given = [key for key in value if key in keys]
        if len(given) > 1:
            return Problem(f"{names} are mutually exclusive; keep one of {', '.join(given)}", given[1])
        if not given and "driver" not in value and "external" not in value:
            return Problem(f"one of {names} must be set; write file: PATH or environment: NAME")
        return None

    return check


def _port(value: Any) -> Problem | None:
    address = value.get("host_ip") if isinstance(value, dict) else None
    if address is None:
        return None
    import ipaddress  # few ports name a host address

    try:
        ipaddress.ip_address(str(address).partition("%")[0])
    except ValueError:
        message = f"invalid IP address: {address}; write an address such as 127.0.0.1"
        return Problem(message, "host_ip", Code.INVALID_VALUE)
    return None


def _host(value: str) -> Problem | None:
    if "=" in value or ":" in value:
        return None
    return Problem(f"invalid additional host, missing IP: {value}; write HOST=ADDRESS", code=Code.INVALID_VALUE)


def _variable(value: str) -> Problem | None:
    name = value.partition("=")[0]
    if not name[-1:].isspace():
        return None
    message = f"variable {name!r} is declared with a trailing space; write {name.rstrip()}= without a space"
    return Problem(message, code=Code.INVALID_VALUE)


def _devices(value: dict[str, Any]) -> Problem | None:
    given = [key for key in value if key in ("count", "device_ids")]
    if len(given) > 1:
        return Problem('"count" and "device_ids" are mutually exclusive; keep one of them', given[1])
    return None


_CHECKS: Node[Check] = table(
    {
        "configs.*": _file_object("file", "environment", "content"),
        "secrets.*": _file_object("file", "environment"),
        "services.*.deploy.resources.reservations.devices.*": _devices,
        "services.*.gpus.*": _devices,
        "services.*.ports.*": _port,
        **prefixed(
            ("services.*", "jobs.*"),
            {"build.extra_hosts.*": _host, "environment.*": _variable, "extra_hosts.*": _host},
        ),
        "volumes.*": _volume,
    }
)
