"""``build``: the images alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.option_flags import cluster_translation_options

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("build", short_help="Build images in the cluster.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--with-dependencies", is_flag=True, help="Build the images of the services' dependencies, too.")
@cluster_options
@cluster_translation_options
@click.pass_obj
def command(
    session: Session, /, services: tuple[str, ...], with_dependencies: bool, place: Place, **options: Any
) -> None:
    """Build the images of these services, or of all, and push them to the registry.

    The Jobs stay in the namespace until down removes it: a following up takes them for done.
    """
    project = session.load_services(services)
    plan = session.translated(project, lambda: api.translate_for_cluster(project, place.namespace, **options))
    from hybridcompose.engine.build import build

    wanted = () if with_dependencies else services
    target = place.target(project.name, shared=options["namespace_mode"] == "shared")
    api.located(project, lambda: build(target, plan, wanted, Terminal(quiet=session.quiet)))
