"""``kill``: a signal for the first process of each container."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project
from hybridcompose.cli.progress import progress_option

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("kill", short_help="Send services a signal.")
@click.option("-s", "--signal", default="SIGKILL", show_default=True, metavar="NAME", help="The signal to send.")
@docker_options("kill")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@progress_option
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], signal: str, progress: str, place: Place) -> None:
    """Send a signal to these services, or to all. SIGKILL stops them at once; other signals need a shell in the image.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine import lifecycle

    target = place.target(named_project(session, services))
    with Terminal(quiet=session.quiet, progress=progress) as terminal:
        lifecycle.kill(target, services, signal, terminal)
