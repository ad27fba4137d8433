"""``ls``: the projects in the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, cluster_options
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("ls", short_help="List the projects in the cluster.")
@click.option("-a", "--all", "every", is_flag=True, help="List those that are stopped, too.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Output form."
)
@click.option("--filter", "filter_", default="", metavar="name=TEXT", help="Only those with this in their name.")
@click.option("-q", "--quiet", "names", is_flag=True, help="Show their names only.")
@cluster_options
@click.pass_obj
def command(session: Session, /, every: bool, format_: str, names: bool, filter_: str, place: Place) -> None:
    """List the projects in all namespaces, or in the one that is named. No compose file is needed."""
    from hybridcompose.cluster.api import connect
    from hybridcompose.engine import projects

    found = projects.listed(connect(place.kubeconfig, place.context), place.namespace, every=every)
    key, _, text = filter_.partition("=")
    if filter_ and key != "name":
        raise click.BadParameter(f"{filter_!r} is not name=TEXT", param_hint="--filter")
    found = [one for one in found if text in one.name]
    if names:
        lines = [one.name for one in found]
    else:
        lines = [projects.as_json(found)] if format_ == "json" else list(projects.as_table(found))
    emit("".join(f"{line}\n" for line in lines))
