"""``logs``: what the services have written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, coloured_output, named_project
from hybridcompose.cli.durations import MOMENT

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("logs", short_help="Show the output of services.")
@click.option("-f", "--follow", is_flag=True, help="Go on until every container has ended.")
@click.option("--tail", default="all", show_default=True, metavar="N", help="Last lines of each container.")
@click.option(
    "--since", type=MOMENT, metavar="TIME", help="Lines from then on: a date and time, or how long ago (10m)."
)
@click.option("--until", type=MOMENT, metavar="TIME", help="Lines until then; with -f it ends then.")
@click.option("--index", type=int, metavar="N", help="The N-th container of the service alone.")
@click.option("-t", "--timestamps", is_flag=True, help="Show when each line was written.")
@click.option("--no-log-prefix", is_flag=True, help="Leave out the container's name.")
@click.option("--no-color", is_flag=True, help="Show the containers' names without colours.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@cluster_options
@click.pass_obj
def command(session: Session, /, *, services: tuple[str, ...], place: Place, **flags: Any) -> None:
    """Show what the containers of these services, or of all, have written.

    With -p NAME before the command no compose file is needed.
    """
    tail = flags["tail"]
    if tail != "all" and not tail.isdecimal():
        raise click.BadParameter("a number or all", param_hint="--tail")
    if flags["index"] is not None and len(services) != 1:
        raise click.UsageError("--index needs the name of one service")
    from hybridcompose.cluster.streams.logs import Window
    from hybridcompose.engine import logs

    form = logs.Form(
        tail=None if tail == "all" else int(tail),
        timestamps=flags["timestamps"],
        prefix=not flags["no_log_prefix"],
        colour=not flags["no_color"] and coloured_output(),
        window=Window(flags["since"], flags["until"]),
    )
    show = logs.follow if flags["follow"] else logs.show
    target = place.target(named_project(session, services))
    show(target, services, form, Terminal(quiet=session.quiet), index=flags["index"])
