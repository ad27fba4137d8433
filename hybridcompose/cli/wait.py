"""``wait``: until a service has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("wait", short_help="Wait until a service ends, and exit with its code.")
@click.option("--down-project", is_flag=True, help="Remove the project when the service has ended.")
@click.argument("services", nargs=-1, required=True, metavar="SERVICE...")
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], down_project: bool, place: Place) -> int:
    """Wait until the first of these services has ended, and exit with its code.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine.wait import wait

    target = place.target(named_project(session, services))
    service, code = wait(target, services)
    emit(f"{service} exited with code {code}\n")
    if down_project:
        from hybridcompose.engine.down import down

        down(target, Terminal(quiet=session.quiet))
    return code
