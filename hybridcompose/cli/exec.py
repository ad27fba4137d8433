"""``exec``: a program in a container that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose.cli.cluster_flags import Place, cluster_options, named_project
from hybridcompose.cli.program_flags import environment_option, program_arguments
from hybridcompose.cli.streams import say

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session

_NOT_PRIVILEGED = "--privileged changes nothing: no program gets more privileges than its container has\n"


@click.command("exec", short_help="Run a program in a container that runs.", context_settings=program_arguments())
@click.option("-d", "--detach", is_flag=True, help="Return at once, and let the program run.")
@environment_option
@click.option("-i", "--interactive/--no-interactive", default=True, help="Pass standard input on (default: do).")
@click.option("-T", "--no-TTY", "--no-tty", "no_tty", is_flag=True, help="No terminal (default: where there is one).")
@click.option("--index", type=click.IntRange(min=1), metavar="N", help="Which container of the service.")
@click.option("--privileged", is_flag=True, help="Give more privileges: no cluster can.")
@click.option("-u", "--user", default="", metavar="USER[:GROUP]", help="Run as this user.")
@click.option("-w", "--workdir", default="", metavar="DIR", help="Run in this directory.")
@click.argument("service")
@click.argument("words", nargs=-1, required=True, metavar="COMMAND [ARGS]...", type=click.UNPROCESSED)
@cluster_options
@click.pass_obj
def command(session: Session, /, *, service: str, words: tuple[str, ...], place: Place, **options: Any) -> int:
    """Run a program in a container of the service, and exit with its code.

    It runs as the container's user, in its working directory and environment. -d, -e, -u and -w need a shell in the
    image. With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.cli.keyboard import Keyboard
    from hybridcompose.engine import exec as engine

    if options["privileged"]:
        say(_NOT_PRIVILEGED)
    call = engine.Call(
        words,
        user=options["user"],
        workdir=options["workdir"],
        environment=options["environment"],
        number=options["index"],
        detach=options["detach"],
    )
    keyboard = Keyboard(interactive=options["interactive"] and not call.detach, tty=not options["no_tty"])
    return engine.run(place.target(named_project(session, [service])), service, call, keyboard)
