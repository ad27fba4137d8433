"""``doctor``: what a run would stumble over."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.exit_codes import ExitCode
from hybridcompose.cli.option_flags import cluster_translation_options
from hybridcompose.diagnostics import ClusterError, HybridComposeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.cli.session import Session
    from hybridcompose.engine.doctor.check import Check
    from hybridcompose.engine.target import Target


@click.command("doctor", short_help="Check beforehand what a run needs of the cluster.")
@click.option("--no-pods", is_flag=True, help="Make nothing: leave out what only a pod can tell.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output form."
)
@cluster_options
@cluster_translation_options
@click.pass_obj
def command(session: Session, /, *, place: Place, no_pods: bool, format_: str, **options: Any) -> int:
    """Say what up would stumble over: one line for each thing that is looked at.

    That are the API server, the namespace, what the account may do, storage, Pod Security and other admission rules,
    quota, and by short-lived pods DNS and the registry of --registry, as pods and as nodes reach it. With a compose
    file, the project is held against them; without one, they are told. Exits with 19 where a run would fail.
    """
    from hybridcompose.engine.doctor.check import as_json, fails

    terminal = Terminal(quiet=session.quiet)
    found: list[Check] = []
    for check in _checks(session, place, options, no_pods=no_pods):
        found.append(check)
        if format_ == "text":
            terminal.out(str(check))
    if format_ == "json":
        terminal.out(as_json(found))
    return ExitCode.CLUSTER if fails(found) else ExitCode.OK


def _checks(session: Session, place: Place, options: dict[str, Any], *, no_pods: bool) -> Iterator[Check]:
    from hybridcompose.engine.doctor import check
    from hybridcompose.engine.doctor.checks import Patient, checks

    project = session.load_if_there()
    plan = None
    if project is not None:
        try:
            plan = api.translate_for_cluster(project, place.namespace, **options)
        except HybridComposeError as error:
            found = error.diagnostics[0]
            yield check.failure("project", f"it cannot run on Kubernetes: {found.message}", found.remedy or "")
        else:
            yield check.ok("project", f"{project.name} becomes {len(plan.resources)} objects")
    name = session.project_name or (project.name if project is not None else _NO_PROJECT)
    try:
        target = place.target(name, shared=options["namespace_mode"] == "shared")
    except ClusterError as error:
        yield check.failure("server", error.diagnostics[0].message, error.diagnostics[0].remedy or "")
        return
    chosen = api.checked_options({**options, "namespace": place.namespace})
    well = True
    for one in checks(Patient(target, chosen, plan)):
        well = well and (one.status is not check.Status.FAILURE or one.name not in _FIRST)
        yield one
    if well and not no_pods:
        yield from _probed(place, target, options)


#: Checks without which no pod can be made.
_FIRST = ("server", "namespace")
_NO_PROJECT = "hybridcompose"
#: Choices that are about whole projects, and nothing for a pod that only looks around.
_PLAIN = {
    "workloads": "pod",
    "namespace_mode": "own",
    "dns": "cluster",
    "network_policies": False,
    "expose": "none",
    "default_probe": "none",
    "one_shot": (),
    "resolve_images": "none",
}


def _probed(place: Place, target: Target, options: dict[str, Any]) -> list[Check]:
    """By pods in the project's namespace, where that is there, else in one that is made for them."""
    from hybridcompose.engine.doctor import probe

    found = None
    if options["registry"]:
        insecure = options["registry_insecure"]
        found = probe.registry(options["registry"], options["pull_registry"], insecure=insecure)
    token = secrets.token_hex(3)
    text = probe.compose_file(token, options["tool_image"], options["cluster_domain"], found)
    namespace = target.namespace if target.find() is not None else None
    own = api.load("-", environment={}, project_name=f"hybridcompose-doctor-{token}", stdin=text.encode)
    plan = api.translate_for_cluster(own, namespace, **{**options, **_PLAIN})
    there = place._replace(namespace=namespace).target(own.name)
    return probe.checks(there, plan, options["tool_image"], found)
