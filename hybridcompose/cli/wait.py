"""``wait``: until a service has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.cluster_flags import Place, cluster_options, named_project
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("wait", short_help="Wait until a service ends, and exit with its code.")
@click.argument("services", nargs=-1, required=True, metavar="SERVICE...")
@cluster_options
@click.pass_obj
def command(session: Session, /, services: tuple[str, ...], place: Place) -> int:
    """Wait until the first of these services has ended, and exit with its code.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine.wait import wait

    service, code = wait(place.target(named_project(session)), services)
    emit(f"{service} exited with code {code}\n")
    return code
