"""``restart``: services stop and start again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("restart", short_help="Stop services and start them again.")
@click.option("-t", "--timeout", type=int, metavar="SECONDS", help="Time to stop (default: each service's own).")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], timeout: int | None, place: Place) -> None:
    """Stop these services, or all, and start them again as they were.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine import lifecycle

    target = place.target(named_project(session, services))
    lifecycle.restart(target, services, Terminal(quiet=session.quiet), grace=timeout)
