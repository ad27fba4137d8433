"""``cp``: files between here and a container."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options, named_project

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("cp", short_help="Copy files out of a container, or into it.")
@click.option("-L", "--follow-link", is_flag=True, help="Copy what a symbolic link leads to.")
@click.option("-a", "--archive", is_flag=True, help="Keep the numbers of owners and groups.")
@click.option("--index", type=click.IntRange(min=1), metavar="N", help="Which container of the service.")
@docker_options("cp")
@click.argument("source")
@click.argument("destination")
@cluster_options
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    follow_link: bool,
    archive: bool,
    index: int | None,
    source: str,
    destination: str,
    place: Place,
) -> None:
    """Copy SERVICE:PATH to a path here, or a path here to SERVICE:PATH, into all containers of the service.

    A directory that exists takes the copy in; with "/." behind the source, its content. "-" here is a tar archive on
    standard input or output. The image needs tar. With -p NAME before the command no compose file is needed.
    """
    from hybridcompose.engine import copy

    here, there = copy.side(source), copy.side(destination)
    if bool(here.service) == bool(there.service):
        raise click.UsageError("unknown copy direction: exactly one of the two is SERVICE:PATH")
    service = here.service or there.service
    target, terminal = place.target(named_project(session, [service])), Terminal(quiet=session.quiet)
    request = copy.Request(index, follow=follow_link, owners=archive)
    if here.service:
        copy.from_container(target, here, destination, request, terminal, _show)
    else:
        copy.to_container(target, source, there, request, terminal, sys.stdin.buffer if sys.stdin else None)


def _show(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
