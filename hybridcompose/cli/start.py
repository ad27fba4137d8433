"""``start``: what was stopped runs again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project
from hybridcompose.cli.progress import progress_option

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("start", short_help="Start services that were stopped.")
@click.option("--wait", is_flag=True, help="Return when everything is healthy.")
@click.option("--wait-timeout", type=float, metavar="SECONDS", help="Fail when it takes longer.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@progress_option
@cluster_options
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    services: tuple[str, ...],
    wait: bool,
    wait_timeout: float | None,
    progress: str,
    place: Place,
) -> None:
    """Start these services, or all, as they were when they were stopped: dependencies first.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine import lifecycle

    target = place.target(named_project(session, services))
    with Terminal(quiet=session.quiet, progress=progress) as terminal:
        lifecycle.start(target, services, terminal, healthy=wait, seconds=wait_timeout)
