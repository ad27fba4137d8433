"""``up``: the project in a cluster."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.build_flags import parallel
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, coloured_output
from hybridcompose.cli.option_flags import cluster_translation_options
from hybridcompose.cli.progress import progress_option
from hybridcompose.cli.up_flags import NAMES, check, up_options
from hybridcompose.translate.options import Workloads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.cli.session import Session
    from hybridcompose.engine.up import Request
    from hybridcompose.spec import Project


@click.command("up", short_help="Build, start in order, show the output, and remove at the end.")
@up_options
@docker_options("up")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@progress_option
@cluster_options
@cluster_translation_options
@click.pass_obj
def command(session: Session, /, *, place: Place, services: tuple[str, ...], progress: str, **options: Any) -> int:
    """Run the project in a cluster: build what is missing, start the services in order and show their output.

    With names only these services and what they depend on are started; the run shows the output of the named ones
    and ends with them.

    In the foreground everything is removed when all services have ended, on Ctrl-C, and when something fails. A
    service that others await as completed may end with 0 without ending the run.
    """
    flags = {name: options.pop(name) for name in NAMES}
    check(flags, services)
    if flags["abort_on_container_exit"] and options["workloads"] == Workloads.DEPLOYMENT:
        raise click.UsageError("a Deployment restarts what exits: name the service that ends with --exit-code-from")
    project = _project(session, services, flags)
    if flags["exit_code_from"] is not None:
        options["one_shot"] = (*options["one_shot"], flags["exit_code_from"])
    options["collect"] = bool(flags["artifacts"])
    options["forwarded"] = tuple(project.services) if flags["publish"] else ()
    plan = session.translated(project, lambda: api.translate_for_cluster(project, place.namespace, **options))
    from hybridcompose.engine import publish, up

    if flags["publish"]:
        session.report(api.placed(project, publish.unpublished(project)))
    request = _request(project, services, flags, options["dependency_timeout"])
    target = place.target(project.name, shared=options["namespace_mode"] == "shared")
    shown: dict[str, bool] = {"show_builds": not flags["quiet_build"], "phases": not flags["dry_run"]}
    with Terminal(quiet=session.quiet, progress=progress, **shown) as terminal:
        if flags["dry_run"]:
            from hybridcompose.engine import changes

            api.located(project, lambda: changes.tell(target, plan, request, terminal))
            return 0
        if flags["detach"] or flags["wait"]:
            api.located(project, lambda: up.start(target, plan, request, terminal))
            return 0
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI system's cancel stops as Ctrl-C does
        return api.located(project, lambda: up.attached(target, plan, request, terminal))


def _project(session: Session, services: tuple[str, ...], flags: Mapping[str, Any]) -> Project:
    """The project to run. Raises ``click.UsageError`` where it has no service, or lacks one that a flag names."""
    from hybridcompose.load.selection import scaled

    project = session.load_services(services, dependencies=not flags["no_deps"])
    if not project.services:
        raise click.UsageError("no service selected: name one, or give --profile where all are behind profiles")
    named = {"--exit-code-from": filter(None, [flags["exit_code_from"]]), "--scale": flags["scale"]}
    named |= {"--attach": flags["attach"], "--no-attach": flags["no_attach"]}
    for flag, names in named.items():
        for name in names:
            if name not in project.services:
                raise click.BadParameter(f"there is no service {name!r}", param_hint=flag)
    return scaled(project, flags["scale"]) if flags["scale"] else project


def _request(
    project: Project, services: tuple[str, ...], flags: Mapping[str, Any], dependency_seconds: float
) -> Request:
    from hybridcompose.cli.streams import save
    from hybridcompose.cluster.decide import Builds
    from hybridcompose.engine.logs import Form
    from hybridcompose.engine.publish import published
    from hybridcompose.engine.record import Kept
    from hybridcompose.engine.up import Request
    from hybridcompose.translate.labels import label_value

    env_out = flags["env_out"]
    known = (*project.services, *project.disabled_services)
    return Request(
        builds=Builds(flags["build"] or "missing"),
        wait=flags["wait"],
        seconds=flags["wait_timeout"],
        exit_code_from=flags["exit_code_from"],
        abort_on_exit=flags["abort_on_container_exit"],
        abort_on_failure=flags["abort_on_container_failure"],
        form=Form(
            timestamps=flags["timestamps"],
            prefix=not flags["no_log_prefix"],
            colour=not flags["no_color"] and coloured_output(),
        ),
        services=services,
        shown=flags["attach"],
        hidden=flags["no_attach"],
        attach_dependencies=flags["attach_dependencies"],
        dependency_seconds=dependency_seconds,
        recreate=flags["force_recreate"],
        remove_orphans=flags["remove_orphans"],
        known=frozenset(map(label_value, known)),
        grace=flags["timeout"],
        lifetime=flags["expires"],
        publish=tuple(published(project, flags["publish"])) if flags["publish"] else (),
        tell=None if env_out is None else lambda text: save(text, env_out),
        parallel=parallel(flags["parallel"]),
        kept=Kept(flags["artifacts"], flags["junit"], os.environ.get("GITHUB_STEP_SUMMARY", "")),
    )
