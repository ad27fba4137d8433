"""``restart``: services stop and start again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project
from hybridcompose.cli.progress import progress_option

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("restart", short_help="Stop services and start them again.")
@click.option("-t", "--timeout", type=int, metavar="SECONDS", help="Time to stop (default: each service's own).")
@docker_options("restart")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@progress_option
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], timeout: int | None, progress: str, place: Place) -> None:
    """Stop these services, or all, and start them again as they were.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine import lifecycle

    target = place.target(named_project(session, services))
    with Terminal(quiet=session.quiet, progress=progress) as terminal:
        lifecycle.restart(target, services, terminal, grace=timeout)
