"""``down``: everything of a project goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project
from hybridcompose.cli.progress import progress_option

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("down", short_help="Remove the project from the cluster.")
@click.option("-v", "--volumes", is_flag=True, help="Remove the volumes, too.")
@click.option("-t", "--timeout", type=int, metavar="SECONDS", help="Time to stop (default: each service's own).")
@docker_options("down")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@progress_option
@cluster_options
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    services: tuple[str, ...],
    volumes: bool,
    timeout: int | None,
    dry_run: bool,
    progress: str,
    place: Place,
) -> None:
    """Remove the project's objects from the cluster, and its namespace where up has made it.

    With names only the containers of these services are removed.

    With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine.down import down, tell
    from hybridcompose.engine.lifecycle import remove
    from hybridcompose.translate.labels import label_value

    if services and (volumes or dry_run):
        raise click.UsageError("--volumes and --dry-run are for the whole project: leave out the names")
    target = place.target(named_project(session, services))
    with Terminal(quiet=session.quiet, progress=progress) as terminal:
        if dry_run:
            tell(target, terminal, volumes=volumes)
        elif services:
            remove(target, [label_value(name) for name in services], terminal, grace=timeout)
        else:
            down(target, terminal, volumes=volumes, grace=timeout)
