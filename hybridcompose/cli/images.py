"""``images``: what the containers run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, cluster_options, named_project
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("images", short_help="List the images of the project's containers.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Output form."
)
@click.option("-q", "--quiet", "ids", is_flag=True, help="Show their digests only.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], format_: str, ids: bool, place: Place) -> None:
    """List the images of these services' containers, or of all. With -p NAME no compose file is needed."""
    from hybridcompose.engine import images

    found = images.images(place.target(named_project(session, services)), services)
    if ids:
        lines = sorted({one.digest for one in found if one.digest})
    else:
        lines = [images.as_json(found)] if format_ == "json" else list(images.as_table(found))
    emit("".join(f"{line}\n" for line in lines))
