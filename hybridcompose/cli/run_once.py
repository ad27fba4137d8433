"""``run``: a service's container once, beside its own."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.absent import docker_options
from hybridcompose.cli.cluster_flags import Place, Terminal, cluster_options
from hybridcompose.cli.option_flags import one_off_translation_options
from hybridcompose.cli.program_flags import environment_option, program_arguments
from hybridcompose.cli.streams import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.cli.session import Session
    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.engine.forwards import Wanted
    from hybridcompose.spec import Project
    from hybridcompose.spec.mounts import VolumeMount
    from hybridcompose.translate.one_off import OneOff


@click.command(
    "run", short_help="Run a program in a new container of a service, or a job.", context_settings=program_arguments()
)
@click.option("-d", "--detach", is_flag=True, help="Print the pod's name and return.")
@environment_option
@click.option(
    "--env-from-file", "env_files", multiple=True, metavar="FILE", help="Set the variables of a file; repeatable."
)
@click.option("-v", "--volume", "volumes", multiple=True, metavar="VOLUME", help="Mount this, too; repeatable.")
@click.option("-l", "--label", "labels", multiple=True, metavar="NAME=VALUE", help="Add a label; repeatable.")
@click.option("--entrypoint", metavar="WORDS", help="Run this instead of the entrypoint and command.")
@click.option("-u", "--user", default="", metavar="USER[:GROUP]", help="Run as this user.")
@click.option("-w", "--workdir", default="", metavar="DIR", help="Run in this directory.")
@click.option("--cap-add", multiple=True, metavar="NAME", help="Add a capability; repeatable.")
@click.option("--cap-drop", multiple=True, metavar="NAME", help="Drop a capability; repeatable.")
@click.option("-i", "--interactive/--no-interactive", default=True, help="Pass standard input on (default: do).")
@click.option("-T", "--no-TTY", "--no-tty", "no_tty", is_flag=True, help="No terminal (default: where there is one).")
@click.option("--rm", "remove", is_flag=True, help="Remove the pod at the end.")
@click.option("--no-deps", is_flag=True, help="Start nothing that the service depends on.")
@click.option("--use-aliases", is_flag=True, help="Let it answer to the service's names.")
@click.option("-P", "--service-ports", is_flag=True, help="Open the service's published ports on this machine.")
@click.option(
    "-p", "--publish", "ports", multiple=True, metavar="PORT", help="Open this port on this machine; repeatable."
)
@click.option("--name", default="", metavar="NAME", help="Name of the pod (default: SERVICE-run-NUMBER).")
@click.option("--build", "build", flag_value="all", help="Build the images anew.")
@click.option("--pull", type=click.Choice(["always", "missing", "never"]), help="When the image is pulled.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress, and nothing of what the program writes.")
@click.option("--quiet-build", is_flag=True, help="Do not show what builds write.")
@docker_options("run")
@click.argument("service")
@click.argument("words", nargs=-1, metavar="[COMMAND] [ARGS]...", type=click.UNPROCESSED)
@cluster_options
@one_off_translation_options
@click.pass_obj
def command(session: Session, /, *, place: Place, service: str, words: tuple[str, ...], **options: Any) -> int:
    """Run a program in a new container of the service, or run a job, and exit with the program's code.

    What the service depends on is started first, and goes on afterwards. The container does not answer to the
    service's name. Ctrl-C stops it.
    """
    from hybridcompose.cli.keyboard import Keyboard
    from hybridcompose.cluster.decide import Builds
    from hybridcompose.engine import run

    flags = {name: options.pop(name) for name in _NAMES}
    project = _project(session, service)
    keyboard = Keyboard(
        interactive=flags["interactive"] and not flags["detach"],
        tty=not (flags["no_tty"] or flags["detach"] or flags["quiet"]),
        silent=flags["quiet"],
    )
    one_off = _one_off(project, service, words, flags)._replace(stdin=keyboard.stdin, tty=keyboard.tty)
    options["forwarded"] = (service,)  # Docker binds none of them either where that is not asked for
    plan = session.translated(project, lambda: api.translate_one_off(project, one_off, place.namespace, **options))
    ports, lost = _published(project, service, flags)
    session.report(api.placed(project, lost))
    if flags["detach"] and flags["remove"]:
        say("the pod stays when it has ended, because nobody waits for that: down removes it\n")
    request = run.Request(
        builds=Builds(flags["build"] or "missing"),
        dependency_seconds=options["dependency_timeout"],
        remove=flags["remove"],
        detach=flags["detach"],
        publish=ports,
    )
    target = place.target(project.name, shared=options["namespace_mode"] == "shared")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI system's cancel stops as Ctrl-C does
    quiet = session.quiet or flags["quiet"]
    terminal = Terminal(quiet=quiet, show_builds=not flags["quiet_build"])
    return api.located(project, lambda: run.run(target, plan, request, keyboard, terminal))


_NAMES = (
    "detach",
    "environment",
    "env_files",
    "volumes",
    "labels",
    "entrypoint",
    "user",
    "workdir",
    "cap_add",
    "cap_drop",
    "interactive",
    "no_tty",
    "remove",
    "no_deps",
    "use_aliases",
    "service_ports",
    "ports",
    "name",
    "build",
    "pull",
    "quiet",
    "quiet_build",
)


def _project(session: Session, service: str) -> Project:
    """The whole project: what runs once is translated beside everything else."""
    project = session.load_enabling([service])
    if service not in project.services and service not in project.jobs:
        raise click.BadParameter(f"there is no service and no job {service!r}", param_hint="SERVICE")
    return project


def _one_off(project: Project, service: str, words: tuple[str, ...], flags: Mapping[str, Any]) -> OneOff:
    import secrets

    from hybridcompose.spec.shellwords import split
    from hybridcompose.translate.one_off import OneOff

    return OneOff(
        service,
        secrets.token_hex(6),
        command=words,
        entrypoint=None if flags["entrypoint"] is None else tuple(split(flags["entrypoint"])),
        environment=_variables(flags["env_files"], _pairs(flags["environment"])),
        volumes=tuple(_mount(project, text) for text in flags["volumes"]),
        labels=_pairs(flags["labels"]),
        user=flags["user"],
        workdir=flags["workdir"],
        cap_add=flags["cap_add"],
        cap_drop=flags["cap_drop"],
        pull=flags["pull"] or "",
        name=flags["name"],
        dependencies=not flags["no_deps"],
        aliases=flags["use_aliases"],
    )


def _published(
    project: Project, service: str, flags: Mapping[str, Any]
) -> tuple[tuple[Wanted, ...], tuple[Diagnostic, ...]]:
    """The ports to open, and what is to be said of others. Raises ``click.BadParameter``, ``click.UsageError``."""
    from hybridcompose.engine.forwards import LOOPBACK
    from hybridcompose.engine.publish import published_of, unpublished_of
    from hybridcompose.load.ports import parse_port
    from hybridcompose.spec.network import Port

    if flags["detach"] and (flags["service_ports"] or flags["ports"]):
        raise click.UsageError("ports are open while run runs: they cannot be combined with --detach")
    wanted: list[Wanted] = []
    lost: list[Diagnostic] = []
    if flags["service_ports"]:
        kind, own = (
            ("services", project.services[service]) if service in project.services else ("jobs", project.jobs[service])
        )
        wanted += published_of(service, own.ports, LOOPBACK)
        lost += unpublished_of(own.ports, (kind, service, "ports"))
    for text in flags["ports"]:
        try:
            given = [Port.model_validate(entry) for entry in parse_port(text)]
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--publish") from None
        wanted += (one._replace(path=()) for one in published_of(service, given, LOOPBACK))
        lost += unpublished_of(given)
    return tuple(wanted), tuple(lost)


def _variables(files: tuple[str, ...], given: Mapping[str, str]) -> dict[str, str]:
    """Those of files, of which the first that has one counts, and over them those that are ``given``.

    Raises ``LoadError`` for a file that cannot be read.
    """
    from hybridcompose.load.context import Context
    from hybridcompose.load.environment import read_env_files

    found = read_env_files(reversed(files), given, Context(home=os.environ.get("HOME"))) if files else {}
    return {**found, **given}


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, _, value in (text.partition("=") for text in texts)}


def _mount(project: Project, text: str) -> VolumeMount:
    """One ``-v``. A relative path starts where the command was started. Raises ``click.BadParameter``."""
    from hybridcompose.load.volume_spec import parse_volume
    from hybridcompose.spec.mounts import VolumeMount

    try:
        given = parse_volume(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--volume") from None
    if given["type"] == "bind":
        given["source"] = os.path.abspath(os.path.expanduser(given["source"]))
    elif given.get("source") and given["source"] not in project.volumes:
        raise click.BadParameter(f"the project has no volume {given['source']!r}", param_hint="--volume")
    return VolumeMount.model_validate(given)
