"""The interpolation stage: variables in every string value, then the casts that some keys take.

Source: Compose Specification, "Interpolation".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic
from hybridcompose.load.context import MAX_FINDINGS
from hybridcompose.load.marks import derive
from hybridcompose.load.tables import Node, prefixed, table
from hybridcompose.load.template import MAX_TEXT, InvalidTemplate, RequiredVariable, substitute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hybridcompose.load.context import Context


def _integer(text: str) -> int:
    if text.strip() != text or "_" in text:
        raise ValueError("invalid integer")
    try:
        return int(text)
    except ValueError:
        raise ValueError("invalid integer") from None


def _number(text: str) -> float:
    try:
        value = float(text.replace("_", "x"))
    except ValueError:
        raise ValueError("invalid number") from None
    return int(value) if value.is_integer() and "." not in text and "e" not in text.lower() else value


def _umask(text: str) -> int:
    digits = text.lower().removeprefix("0o") if text.lower().startswith("0o") else text
    octal = digits != text or (text.startswith("0") and text.strip("01234567") == "")
    try:
        return int(digits, 8) if octal else int(text, 0)
    except ValueError:
        raise ValueError("invalid umask") from None


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise ValueError("invalid boolean")
    return value


_CAST_REMEDIES = {
    "invalid boolean": "write true or false",
    "invalid integer": "write a whole number",
    "invalid number": "write a number",
    "invalid umask": "write octal digits such as 0022",
}
#: How much of a value a message shows.
_SHOWN = 100
_BOOLEANS = {
    **dict.fromkeys(("true", "y", "yes", "on"), True),
    **dict.fromkeys(("false", "n", "no", "off"), False),
}

_CONTAINER = {
    "cpu_count": _integer,
    "cpu_percent": _number,
    "cpu_period": _integer,
    "cpu_quota": _integer,
    "cpu_rt_period": _integer,
    "cpu_rt_runtime": _integer,
    "cpu_shares": _integer,
    "cpus": _number,
    "init": _boolean,
    "networks.*.use_service_name_alias": _boolean,
    "oom_kill_disable": _boolean,
    "oom_score_adj": _integer,
    "pids_limit": _integer,
    "privileged": _boolean,
    "read_only": _boolean,
    "ulimits.*": _integer,
    "ulimits.*.hard": _integer,
    "ulimits.*.soft": _integer,
    "umask": _umask,
    "volumes.*.read_only": _boolean,
    "volumes.*.volume.nocopy": _boolean,
}
_WORKLOAD = {
    "depends_on.*.required": _boolean,
    "depends_on.*.restart": _boolean,
    "healthcheck.disable": _boolean,
    "healthcheck.retries": _integer,
    "ports.*.target": _integer,
    "stdin_open": _boolean,
    "tty": _boolean,
}
_SERVICE = {
    "deploy.placement.max_replicas_per_node": _integer,
    "deploy.replicas": _integer,
    "deploy.restart_policy.max_attempts": _integer,
    "deploy.rollback_config.max_failure_ratio": _number,
    "deploy.rollback_config.parallelism": _integer,
    "deploy.update_config.max_failure_ratio": _number,
    "deploy.update_config.parallelism": _integer,
    "scale": _integer,
}
_CASTS: Node[Callable[[str], Any]] = table(
    {
        "configs.*.external": _boolean,
        "networks.*.attachable": _boolean,
        "networks.*.enable_ipv4": _boolean,
        "networks.*.enable_ipv6": _boolean,
        "networks.*.external": _boolean,
        "networks.*.internal": _boolean,
        "secrets.*.external": _boolean,
        "volumes.*.external": _boolean,
        **prefixed(("services.*", "jobs.*", "services.*.pre_start.*"), _CONTAINER),
        **prefixed(("services.*", "jobs.*"), _WORKLOAD),
        **prefixed(("services.*",), _SERVICE),
    }
)


def interpolate(tree: dict[str, Any], environment: Mapping[str, str], context: Context) -> dict[str, Any]:
    """A copy of ``tree`` with variables replaced, without the values in which that fails; the context keeps why."""
    walk = _Walk(environment, context)
    context.focus = tree
    result: dict[str, Any] = walk.value(tree, _CASTS, ())
    if walk.errors:
        context.report(walk.errors, result)
    return result


class _Walk:
    def __init__(self, environment: Mapping[str, str], context: Context) -> None:
        self.environment = environment
        self.context = context
        self.errors: list[Diagnostic] = []

    def lookup(self, name: str) -> str | None:
        value = self.environment.get(name)
        if value:
            self.context.substituted[value] = name
        return value

    def value(self, value: Any, node: Node[Callable[[str], Any]] | None, path: ComposePath) -> Any:
        if isinstance(value, dict):
            copy = {
                key: self.value(entry, node.child(key) if node is not None else None, (*path, key))
                for key, entry in value.items()
            }
            return derive(copy, value)
        if isinstance(value, list):
            below = node.item() if node is not None else None
            return derive([self.value(entry, below, (*path, index)) for index, entry in enumerate(value)], value)
        if isinstance(value, str):
            return self.text(value, node.rule if node is not None else None, path)
        return value

    def text(self, value: str, cast: Callable[[str], Any] | None, path: ComposePath) -> Any:
        if "$" not in value and cast is None:
            return value
        try:
            text = substitute(value, self.lookup, lambda name: self.unset(name, path))
            self.grow(len(text) - len(value), path)
            return derive(text if cast is None else self.cast(cast, text, path), value)
        except InvalidTemplate as error:
            message = f"invalid interpolation format: {error.token}"
            self.find(Code.INVALID_INTERPOLATION, message, _instead(error.token), path, re.escape(error.token))
        except RequiredVariable as error:
            remedy = f"set {error.name} in the environment, in .env or in an --env-file"
            expression = rf"\$\{{{error.name}:?\?[^}}]*\}}?"
            self.find(Code.REQUIRED_VARIABLE, str(error), remedy, path, expression)
        except ValueError as error:
            # What is written is shown, not what the variables in it hold.
            remedy = _CAST_REMEDIES[str(error)]
            self.find(Code.INVALID_VALUE, f"{error}: {value[:_SHOWN]}", remedy, path)
        return value

    def find(self, code: Code, message: str, remedy: str, path: ComposePath, token: str = "") -> None:
        """``token`` is a pattern for the part of the text that is wrong."""
        if len(self.errors) < MAX_FINDINGS:
            finding = self.context.finding(code, message, remedy, path=path)
            inside = self.context.inside(path, token) if token else finding.location
            self.errors.append(finding._replace(location=inside))

    def grow(self, added: int, path: ComposePath) -> None:
        self.context.grown += added
        if self.context.grown > MAX_TEXT:
            message = "variables make the files grow beyond all measure"
            self.context.fail(Code.INVALID_INTERPOLATION, message, "use shorter values", path=path)

    def cast(self, cast: Callable[[str], Any], text: str, path: ComposePath) -> Any:
        result = cast(text)
        if isinstance(result, bool) and text.lower() not in ("true", "false"):
            self.context.warn(
                Code.DEPRECATED_FORM,
                f'"{text}" for a boolean is not YAML 1.2',
                path=path,
                remedy=f"write {'true' if result else 'false'}",
            )
        return result

    def unset(self, name: str, path: ComposePath) -> None:
        self.context.warn(
            Code.UNSET_VARIABLE,
            f'the variable "{name}" is not set; an empty string stands in for it',
            path=path,
            remedy=f"set {name}, or write ${{{name}:-}} where empty is meant",
            token=rf"\$(?:{name}\b|\{{{name}[^}}]*\}})",
        )


def _instead(token: str) -> str:
    """What was probably meant by an expression that is none."""
    found = re.match(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-+?][^}]*)?", token)
    expression = f"${{{found[1]}{found[2] or ''}}}" if found else "${NAME} or ${NAME:-default}"
    return f"write {expression}; for a literal $ write $$"
