"""``up``: the project in a cluster."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.option_flags import cluster_translation_options
from hybridcompose.translate.options import Workloads

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


#: What is no option of the translation.
_FLAGS = ("build", "wait_timeout", "abort_on_container_exit", "timestamps", "attach_dependencies")


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
@click.option("--attach-dependencies", is_flag=True, help="Show the output of the named services' dependencies, too.")
@click.option("--timestamps", is_flag=True, help="Show when each line was written.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@cluster_options
@cluster_translation_options
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    place: Place,
    services: tuple[str, ...],
    detach: bool,
    wait: bool,
    exit_code_from: str | None,
    **options: Any,
) -> int:
    """Run the project in a cluster: build what is missing, start the services in order and show their output.

    With names only these services and what they depend on are started; the run shows the output of the named ones
    and ends with them.

    In the foreground everything is removed when all services have ended, on Ctrl-C, and when something fails. A
    service that others await as completed may end with 0 without ending the run.
    """
    flags = {name: options.pop(name) for name in _FLAGS}
    if (detach or wait) and (exit_code_from or flags["abort_on_container_exit"]):
        raise click.UsageError("--detach and --wait cannot be combined with what ends a run")
    if flags["abort_on_container_exit"] and options["workloads"] == Workloads.DEPLOYMENT:
        raise click.UsageError("a Deployment restarts what exits: name the service that ends with --exit-code-from")
    project = session.load_services(services)
    if exit_code_from is not None and exit_code_from not in project.services:
        raise click.BadParameter(f"there is no service {exit_code_from!r}", param_hint="--exit-code-from")
    if exit_code_from is not None:
        options["one_shot"] = (*options["one_shot"], exit_code_from)
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
        services=services,
        attach_dependencies=flags["attach_dependencies"],
        dependency_seconds=options["dependency_timeout"],
    )
    target = place.target(project.name, shared=options["namespace_mode"] == "shared")
    terminal = Terminal(quiet=session.quiet)
    if detach or wait:
        api.located(project, lambda: up.start(target, plan, request, terminal))
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI system's cancel stops as Ctrl-C does
    return api.located(project, lambda: up.attached(target, plan, request, terminal))
