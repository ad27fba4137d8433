"""``events``: what happens to the containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project
from hybridcompose.cli.durations import MOMENT

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("events", short_help="Show what happens to the project's containers.")
@click.option("--json", "json_", is_flag=True, help="An object a line.")
@click.option("--until", type=MOMENT, metavar="TIME", help="End then: a date and time.")
@docker_options("events")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], json_: bool, until: float | None, place: Place) -> None:
    """Show what happens to the containers of these services, or of all, until Ctrl-C.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine import events

    terminal = Terminal(quiet=session.quiet)
    form = events.Event.as_json if json_ else events.Event.as_text
    target = place.target(named_project(session, services))
    events.follow(target, services, lambda event: terminal.out(form(event)), until=until)
