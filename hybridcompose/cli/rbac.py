"""``rbac``: the role that commands need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.option_flags import cluster_translation_options
from hybridcompose.cli.streams import emit
from hybridcompose.cluster.permissions import AND_DOWN, COMMANDS

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session
    from hybridcompose.plan import Plan
    from hybridcompose.render import Format

#: What one run of a project needs, from its start to its end.
_USUAL = ("up", "down", "ps", "logs", "wait")
#: Stands for a registry that is not named: no image is pushed here.
_ANY_REGISTRY = "registry.invalid"


def _account(context: click.Context, option: click.Parameter, value: str) -> tuple[str, str]:
    namespace, colon, name = value.rpartition(":")
    if not name or (colon and not namespace):
        raise click.BadParameter(f"{value!r} is not [NAMESPACE:]NAME", context, option)
    return namespace, name


@click.command("rbac", short_help="Print the smallest role that commands need.")
@click.argument(
    "commands", nargs=-1, metavar="[COMMAND]...", type=click.Choice([name for name in COMMANDS if name != AND_DOWN])
)
@click.option("-n", "--namespace", metavar="NAME", help="A Role for this namespace, which is there already.")
@click.option("--name", default="hybridcompose", show_default=True, metavar="NAME", help="Name of role and binding.")
@click.option(
    "--service-account",
    default="hybridcompose",
    show_default=True,
    callback=_account,
    metavar="[NAMESPACE:]NAME",
    help="Account that gets the role.",
)
@click.option("--publish", is_flag=True, help="up will be given --publish, or run -P or -p.")
@click.option("--down-project", is_flag=True, help="wait will be given --down-project.")
@click.option(
    "--format", "format_", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="Output form."
)
@cluster_translation_options
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    commands: tuple[str, ...],
    namespace: str | None,
    name: str,
    service_account: tuple[str, str],
    publish: bool,
    down_project: bool,
    format_: Format,
    **options: Any,
) -> None:
    """Print the smallest role that these commands need (default: up down ps logs wait), for kubectl apply -f -.

    With -n it is a Role for that namespace. Without, up makes a namespace for each project: it is a ClusterRole.
    Where there is a compose file, the role is for what that project consists of; without one, for whatever these
    options let run.
    """
    from hybridcompose.engine import rbac

    if down_project and commands and "wait" not in commands:
        raise click.UsageError("--down-project is an option of wait: name wait, too")
    chosen = api.checked_options({**options, "namespace": namespace})
    about = rbac.circumstances(chosen, namespace, _plan(session, namespace, options), published=publish)
    where, account = service_account
    granted = rbac.Account(account, where or namespace or "default")
    wanted = [AND_DOWN if down_project and name == "wait" else name for name in commands or _USUAL]
    emit(api.render(rbac.objects(wanted, about, namespace, name, granted), format_))


def _plan(session: Session, namespace: str | None, options: dict[str, Any]) -> Plan | None:
    """The plan of the project at hand; ``None`` where none is named and none found."""
    project = session.load_if_there()
    if project is None:
        return None
    given = {"registry": options["registry"] or _ANY_REGISTRY, "allow_host_access": True, "resolve_images": "none"}
    chosen = {**options, **given}
    return api.translate_for_cluster(project, namespace, **chosen)
