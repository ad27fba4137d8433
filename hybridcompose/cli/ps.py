"""``ps``: the containers of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, cluster_options, named_project
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("ps", short_help="List the project's containers in the cluster.")
@click.option("-a", "--all", "every", is_flag=True, help="List those that have ended, too.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Output form."
)
@cluster_options
@click.pass_obj
def command(session: Session, /, every: bool, format_: str, place: Place) -> None:
    """List the containers of the project. With -p NAME before the command no compose file is needed."""
    from hybridcompose.engine import ps

    entries = ps.entries(place.target(named_project(session)), every=every)
    lines = ps.as_json(entries) if format_ == "json" else ps.as_table(entries)
    emit("".join(f"{line}\n" for line in lines))
