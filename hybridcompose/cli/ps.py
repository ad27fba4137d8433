"""``ps``: the containers of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.cluster_flags import Place, cluster_options, named_project
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.cli.session import Session


_STATES = ("created", "exited", "restarting", "running")


@click.command("ps", short_help="List the project's containers in the cluster.")
@click.option("-a", "--all", "every", is_flag=True, help="List those that have ended, too.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Output form."
)
@click.option("-q", "--quiet", "ids", is_flag=True, help="Show their ids only.")
@click.option("--services", "names", is_flag=True, help="Show the names of their services only.")
@click.option(
    "--status", "states", multiple=True, type=click.Choice(_STATES), help="Only those in this state; repeatable."
)
@click.option("--filter", "filter_", default="", metavar="status=STATE", help="As --status STATE.")
@click.option("--no-trunc", is_flag=True, help="Show commands whole.")
@docker_options("ps")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@cluster_options
@click.pass_obj
def command(session: Session, /, *, services: tuple[str, ...], place: Place, **flags: Any) -> None:
    """List the containers of these services, or of all. With -p NAME before the command no compose file is needed."""
    from hybridcompose.engine import ps

    states = _states(flags)
    target = place.target(named_project(session, services))
    every = flags["every"] or bool(states)
    entries = ps.entries(target, every=every, services=services, whole=flags["no_trunc"])
    if states:
        entries = [entry for entry in entries if entry["State"] in states]
    if flags["ids"]:
        lines = [entry["ID"] for entry in entries]
    elif flags["names"]:
        # An empty line where there are none, as Docker Compose prints it.
        lines = ["\n".join(sorted({entry["Service"] for entry in entries}))]
    else:
        lines = list(ps.as_json(entries) if flags["format_"] == "json" else ps.as_table(entries))
    emit("".join(f"{line}\n" for line in lines))


def _states(flags: Mapping[str, Any]) -> set[str]:
    """The states that are asked for; none: all."""
    key, _, state = flags["filter_"].partition("=")
    if flags["filter_"] and (key != "status" or state not in _STATES):
        raise click.BadParameter(
            f"{flags['filter_']!r} is not status=STATE, one of {', '.join(_STATES)}", param_hint="--filter"
        )
    return {*flags["states"], *filter(None, [state])}
