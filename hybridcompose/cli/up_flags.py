"""The flags of ``up``: those of ``docker compose up`` that a cluster has a use for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose.cli.build_flags import parallel_option
from hybridcompose.cli.durations import DURATION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _numbers(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, int]:
    """``SERVICE=NUMBER``, as many times as it is given; the last of a service holds."""
    found = {}
    for value in values:
        name, equals, number = value.partition("=")
        if not (name and equals and number.isdecimal()):
            raise click.BadParameter(f"{value!r} is not SERVICE=NUMBER", context, option)
        found[name] = int(number)
    return found


def _address(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    from ipaddress import ip_address

    if value not in (None, "auto"):
        try:
            ip_address(value)
        except ValueError:
            message = f"{value!r} is neither auto nor an address: write --publish=127.0.0.1 before a service's name"
            raise click.BadParameter(message, context, option) from None
    return value


_FLAGS = (
    click.option("-d", "--detach", is_flag=True, help="Return when everything has started, and leave it running."),
    click.option(
        "--build",
        "build",
        flag_value="current",
        help="Build anew what is fetched from elsewhere, too; what has changed here is always built.",
    ),
    click.option("--no-build", "build", flag_value="none", help="Build nothing: the images are in the registry."),
    click.option("--quiet-build", is_flag=True, help="Do not show what builds write."),
    parallel_option,
    click.option("--wait", is_flag=True, help="Return when everything is healthy, and leave it running."),
    click.option(
        "--wait-timeout",
        type=float,
        metavar="SECONDS",
        help="Fail when it takes longer (without -d and --wait: when the whole run does).",
    ),
    click.option("--exit-code-from", metavar="SERVICE", help="End when this service ends, and exit with its code."),
    click.option("--abort-on-container-exit", is_flag=True, help="End when any service ends, and exit with its code."),
    click.option(
        "--abort-on-container-failure", is_flag=True, help="End when any service fails, and exit with its code."
    ),
    click.option("--no-deps", is_flag=True, help="Start the named services alone, without what they depend on."),
    click.option(
        "--scale",
        multiple=True,
        callback=_numbers,
        metavar="SERVICE=NUMBER",
        help="Run so many containers; repeatable.",
    ),
    click.option("--force-recreate", is_flag=True, help="Replace what runs, also where nothing has changed."),
    click.option("--remove-orphans", is_flag=True, help="Remove services that the project has no more."),
    click.option("-t", "--timeout", type=int, metavar="SECONDS", help="Time to stop (default: each service's own)."),
    click.option(
        "--expires",
        type=DURATION,
        metavar="DURATION",
        help="gc may remove the namespace after that (2h).",
    ),
    click.option(
        "--artifacts",
        default="",
        metavar="DIR",
        help="Save logs, events, states, manifests and named results here at the end, however it comes.",
    ),
    click.option("--junit", default="", metavar="FILE", help="Write what became of services and images as JUnit XML."),
    click.option("--attach", multiple=True, metavar="SERVICE", help="Show this service's output only; repeatable."),
    click.option(
        "--no-attach", multiple=True, metavar="SERVICE", help="Do not show the output of this service; repeatable."
    ),
    click.option(
        "--attach-dependencies", is_flag=True, help="Show the output of the named services' dependencies, too."
    ),
    click.option(
        "--publish",
        is_flag=False,
        flag_value="127.0.0.1",
        callback=_address,
        metavar="[auto|ADDRESS]",
        help="Open published ports on this machine, at ADDRESS (127.0.0.1); auto: any that are free.",
    ),
    click.option(
        "--env-out", metavar="FILE", help="Write where the services are reached as variables (WEB_HOST, WEB_PORT_80)."
    ),
    click.option("--dry-run", is_flag=True, help="Only say what would be made, changed, replaced and removed."),
    click.option("--timestamps", is_flag=True, help="Show when each line was written."),
    click.option("--no-log-prefix", is_flag=True, help="Leave out the container's name."),
    click.option("--no-color", is_flag=True, help="Show the containers' names without colours."),
)
#: Their names, as they reach the command.
NAMES = (
    "detach",
    "build",
    "quiet_build",
    "parallel",
    "wait",
    "wait_timeout",
    "exit_code_from",
    "abort_on_container_exit",
    "abort_on_container_failure",
    "no_deps",
    "scale",
    "force_recreate",
    "remove_orphans",
    "timeout",
    "expires",
    "artifacts",
    "junit",
    "attach",
    "no_attach",
    "attach_dependencies",
    "publish",
    "env_out",
    "dry_run",
    "timestamps",
    "no_log_prefix",
    "no_color",
)


def up_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates the command with the flags."""
    for flag in reversed(_FLAGS):
        function = flag(function)
    return function


def check(flags: Mapping[str, Any], services: tuple[str, ...]) -> None:
    """Raises ``click.UsageError`` for flags that say opposite things."""
    leaves = flags["detach"] or flags["wait"]
    ends = [f"--{name.replace('_', '-')}" for name in _ENDS if flags[name]]
    if leaves and ends:
        raise click.UsageError("--detach and --wait cannot be combined with what ends a run")
    if len(ends) > 1 and "--abort-on-container-failure" in ends:
        raise click.UsageError(f"{ends[0]} cannot be combined with --abort-on-container-failure")
    if leaves and flags["publish"]:
        raise click.UsageError("--publish opens ports while up runs: it cannot be combined with --detach and --wait")
    if flags["no_deps"] and not services:
        raise click.UsageError("--no-deps needs the names of services")


_ENDS = ("exit_code_from", "abort_on_container_exit", "abort_on_container_failure")
