"""``up``: the project in a cluster."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.option_flags import cluster_translation_options

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("up", short_help="Build, start in order, show the output, and remove at the end.")
@click.option("-d", "--detach", is_flag=True, help="Return when everything has started, and leave it running.")
@click.option("--build", "build", flag_value="all", help="Build every image anew.")
@click.option("--no-build", "build", flag_value="none", help="Build nothing: the images are in the registry.")
@click.option("--wait", is_flag=True, help="Return when everything is healthy, and leave it running.")
@click.option(
    "--wait-timeout",
    type=float,
    metavar="SECONDS",
    help="Fail when it takes longer (without -d and --wait: when the whole run does).",
)
@click.option("--exit-code-from", metavar="SERVICE", help="End when this service ends, and exit with its code.")
@click.option("--abort-on-container-exit", is_flag=True, help="End when any service ends, and exit with its code.")
@click.option("--timestamps", is_flag=True, help="Show when each line was written.")
@cluster_options
@cluster_translation_options
@click.pass_obj
def command(
    session: Session, /, *, place: Place, detach: bool, wait: bool, exit_code_from: str | None, **options: Any
) -> int:
    """Run the project in a cluster: build what is missing, start the services in order and show their output.

    In the foreground everything is removed when all services have ended, on Ctrl-C, and when something fails. A
    service that others await as completed may end with 0 without ending the run.
    """
    flags = {name: options.pop(name) for name in ("build", "wait_timeout", "abort_on_container_exit", "timestamps")}
    if (detach or wait) and (exit_code_from or flags["abort_on_container_exit"]):
        raise click.UsageError("--detach and --wait cannot be combined with what ends a run")
    project = session.load()
    if exit_code_from is not None and exit_code_from not in project.services:
        raise click.BadParameter(f"there is no service {exit_code_from!r}", param_hint="--exit-code-from")
    plan = session.translated(project, lambda: api.translate_for_cluster(project, place.namespace, **options))
    from hybridcompose.cluster.decide import Builds
    from hybridcompose.engine import up

    request = up.Request(
        builds=Builds(flags["build"] or "missing"),
        wait=wait,
        seconds=flags["wait_timeout"],
        exit_code_from=exit_code_from,
        abort_on_exit=flags["abort_on_container_exit"],
        timestamps=flags["timestamps"],
        dependency_seconds=options["dependency_timeout"],
    )
    target = place.target(project.name, shared=options["namespace_mode"] == "shared")
    terminal = Terminal(quiet=session.quiet)
    if detach or wait:
        api.located(project, lambda: up.start(target, plan, request, terminal))
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI system's cancel stops as Ctrl-C does
    return api.located(project, lambda: up.attached(target, plan, request, terminal))
