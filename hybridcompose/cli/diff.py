"""``diff``: the cluster against the compose files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.exit_codes import ExitCode
from hybridcompose.cli.option_flags import cluster_translation_options
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session


@click.command("diff", short_help="Show what up would change in the cluster.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--remove-orphans", is_flag=True, help="As for up --remove-orphans.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output form."
)
@cluster_options
@cluster_translation_options
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    place: Place,
    services: tuple[str, ...],
    remove_orphans: bool,
    format_: str,
    **options: Any,
) -> int:
    """Show which objects up would make, change, replace and remove, each with a diff. Nothing is changed.

    Exits with 0 where everything is as the compose files say, with 1 where something differs, and with another code
    where that cannot be told, as kubectl diff does. Values of secrets are not shown.
    """
    project = session.load_services(services)
    plan = session.translated(project, lambda: api.translate_for_cluster(project, place.namespace, **options))
    from hybridcompose.engine import changes
    from hybridcompose.engine.up import Request
    from hybridcompose.translate.labels import label_value

    known = frozenset(map(label_value, (*project.services, *project.disabled_services)))
    request = Request(services=services, remove_orphans=remove_orphans, known=known)
    target = place.target(project.name, shared=options["namespace_mode"] == "shared")
    terminal = Terminal(quiet=session.quiet)
    found = api.located(project, lambda: changes.differences(target, plan, request, terminal))
    lines = [changes.as_json(found)] if format_ == "json" else changes.as_text(found)
    emit("".join(f"{line}\n" for line in lines))
    return ExitCode.DIFFERENT if changes.differs(found) else ExitCode.OK
