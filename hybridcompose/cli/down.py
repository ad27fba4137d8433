"""``down``: everything of a project goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("down", short_help="Remove the project from the cluster.")
@click.option("-v", "--volumes", is_flag=True, help="Remove the volumes, too.")
@click.option("-t", "--timeout", type=int, metavar="SECONDS", help="Time to stop (default: each service's own).")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@cluster_options
@click.pass_obj
def command(session: Session, /, volumes: bool, timeout: int | None, dry_run: bool, place: Place) -> None:
    """Remove the project's objects from the cluster, and its namespace where up has made it.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine.down import down, tell

    target, terminal = place.target(named_project(session)), Terminal(quiet=session.quiet)
    if dry_run:
        tell(target, terminal, volumes=volumes)
    else:
        down(target, terminal, volumes=volumes, grace=timeout)
