"""``build``: the images alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.build_flags import build_options, parallel
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.option_flags import cluster_translation_options
from hybridcompose.cli.progress import progress_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.cli.session import Session
    from hybridcompose.engine.build import Request
    from hybridcompose.engine.target import Target
    from hybridcompose.plan import Plan


@click.command("build", short_help="Build images in the cluster.")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@build_options
@progress_option
@cluster_options
@cluster_translation_options
@docker_options("build")
@click.pass_obj
def command(
    session: Session,
    /,
    services: tuple[str, ...],
    flags: Mapping[str, Any],
    progress: str,
    place: Place,
    **options: Any,
) -> None:
    """Build the images of these services, or of all, and push them to the registry.

    What has not changed since it was built is not built again. The Jobs stay in the namespace until down removes it,
    or for a day: a following up takes them for done.
    """
    from hybridcompose.load.selection import rebuilt

    loaded = session.load_services(services)
    project = rebuilt(loaded, flags["build_arg"], no_cache=flags["no_cache"], pull=flags["pull"])
    plan = session.translated(project, lambda: api.translate_for_cluster(project, place.namespace, **options))
    if flags["write_contexts"] is not None:
        _write(plan, services, flags)
        return
    request = _request(() if flags["with_dependencies"] else services, flags)
    target = place.target(project.name, shared=options["namespace_mode"] == "shared")
    with Terminal(quiet=session.quiet or flags["quiet"], progress=progress) as terminal:
        if flags["dry_run"]:
            api.located(project, lambda: _rehearse(target, plan, request, terminal))
        else:
            api.located(project, lambda: _build(target, plan, request, terminal, flags["metadata_file"]))


def _request(services: tuple[str, ...], flags: Mapping[str, Any]) -> Request:
    from hybridcompose.cluster.decide import Builds
    from hybridcompose.engine.build import Request

    anew = flags["no_cache"] or flags["pull"]
    return Request(services, Builds.ALL if anew else Builds.CURRENT, parallel(flags["parallel"]))


def _write(plan: Plan, services: tuple[str, ...], flags: Mapping[str, Any]) -> None:
    from hybridcompose.cli.streams import emit
    from hybridcompose.engine.build import chosen
    from hybridcompose.engine.context_files import write_contexts

    wanted = chosen(plan, () if flags["with_dependencies"] else services)
    archives = [image.archive for image in wanted.images if image.archive is not None]
    if wanted.images and not archives:
        raise click.UsageError(
            "--write-contexts needs a --context-mode that fetches archives: s3, gs, azure, https, pvc"
        )
    emit("".join(f"{path}\n" for path in write_contexts(archives, flags["write_contexts"])))


def _build(target: Target, plan: Plan, request: Request, terminal: Terminal, file: str | None) -> None:
    from hybridcompose.cli.streams import save
    from hybridcompose.engine.build import build, metadata

    views = build(target, plan, request, terminal)
    if file is not None:
        save(f"{json.dumps(metadata(views), indent=2, sort_keys=True)}\n", file)


def _rehearse(target: Target, plan: Plan, request: Request, terminal: Terminal) -> None:
    from hybridcompose.engine.build import outlook

    for image, needed in outlook(target, plan, request):
        what = f"would be built and pushed as {image.push_reference}" if needed else "is there already"
        terminal.out(f"DRY-RUN MODE - image of {image.title}: {what}")
