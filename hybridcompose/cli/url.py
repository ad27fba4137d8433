"""``url``: a port of a service as programs write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, cluster_options, named_project
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("url", short_help="Print the URL of a service.")
@click.argument("service")
@click.argument("port", type=click.IntRange(1, 65_535), required=False, metavar="[PRIVATE_PORT]")
@cluster_options
@click.pass_obj
def command(session: Session, /, service: str, port: int | None, place: Place) -> None:
    """Print http:// or, for 443 and 8443, https:// and where the port is reached, as port says; by default the first.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine.addresses import find_url

    emit(f"{find_url(place.target(named_project(session, [service])), service, port)}\n")
