"""``port``: where a port of a service is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, cluster_options, named_project
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("port", short_help="Print where a port of a service is reached.")
@click.option("--index", type=click.IntRange(min=1), metavar="N", help="Which container of the service.")
@click.option(
    "--protocol",
    type=click.Choice(["tcp", "udp", "sctp"]),
    default="tcp",
    show_default=True,
    help="Protocol of the port.",
)
@click.argument("service")
@click.argument("port", type=click.IntRange(1, 65_535), metavar="PRIVATE_PORT")
@cluster_options
@click.pass_obj
def command(session: Session, /, *, index: int | None, protocol: str, service: str, port: int, place: Place) -> None:
    """Print the address of a port of the service: inside the cluster its name, elsewhere what up --publish has opened.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine.addresses import find_port

    target = place.target(named_project(session, [service]))
    emit(f"{find_port(target, service, port, protocol, index)}\n")
