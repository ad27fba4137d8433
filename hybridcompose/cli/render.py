"""``render``: the project as Kubernetes manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.option_flags import translation_options
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session
    from hybridcompose.render import Format


@click.command("render", short_help="Print Kubernetes manifests.")
@click.option("-o", "--output", default="-", metavar="DIR|-", help="Write one file per object into this directory.")
@click.option(
    "--format", "format_", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="Output form."
)
@translation_options
@click.pass_obj
def command(session: Session, /, output: str, format_: Format, **options: Any) -> None:
    """Print the Kubernetes manifests of the project, for kubectl apply -f -.

    Every object stands under a comment that names the compose element it exists for. What differs from docker compose
    is reported on standard error, with file and line.
    """
    project = session.load()
    plan = session.translated(project, lambda: api.translate(project, **options))
    if output == "-":
        emit(api.render(plan, format_))
    else:
        api.write(plan, output, format_)
