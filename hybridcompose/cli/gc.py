"""``gc``: what nobody ended goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.durations import DURATION

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("gc", short_help="Remove environments whose time is over.")
@click.option("--older-than", type=DURATION, metavar="DURATION", help="Remove those that are older, too (6h, 7d).")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@cluster_options
@click.pass_obj
def command(session: Session, /, older_than: float | None, dry_run: bool, place: Place) -> None:
    """Remove the namespaces that up has made and whose time (up --expires) is over, with everything in them.

    No compose file is needed, but the right to list and delete namespaces.
    """
    from hybridcompose.cluster.api import connect
    from hybridcompose.engine import garbage

    if place.namespace:
        raise click.UsageError("gc looks at all namespaces: leave out --namespace")
    terminal = Terminal(quiet=session.quiet)
    garbage.collect(connect(place.kubeconfig, place.context), terminal, older_than=older_than, dry_run=dry_run)
