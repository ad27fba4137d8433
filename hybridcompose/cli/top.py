"""``top``: the processes in the containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("top", short_help="List the processes in the containers.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], place: Place) -> None:
    """List the processes of these services, or of all, with the numbers that they have inside their containers.

    The images need a shell. With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine import top

    top.show(place.target(named_project(session, services)), services, Terminal(quiet=session.quiet))
