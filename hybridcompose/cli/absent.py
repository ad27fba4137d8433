"""What Docker Compose has and a cluster does not: told by name, with what to do instead; and what goes without saying.

Source: the options of `docker compose` 5.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable


class Absent(NamedTuple):
    """Why something cannot be, and what to do instead. ``granted`` are values that ask for what happens anyway."""

    reason: str
    remedy: str
    granted: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.reason}: {self.remedy}"


COMMANDS = {
    "attach": Absent(
        "a pod's first process has no terminal to attach to", "logs -f shows its output, exec talks to it"
    ),
    "commit": Absent("no cluster makes an image of a container", "write a Dockerfile, and build"),
    "create": Absent("Kubernetes has no containers that have not started", "render shows what up would make"),
    "export": Absent("no cluster packs a container's files", "cp copies a directory out of a service"),
    "pause": Absent("Kubernetes freezes no containers", "stop ends services so that start can start them again"),
    "publish": Absent("compose files are kept in a repository", "push the images with build"),
    "pull": Absent("nodes pull images by themselves when a pod starts", "pull_policy: always in the file renews them"),
    "push": Absent("images are pushed where they are built", "build builds and pushes them"),
    "rm": Absent("nothing stays of a pod that ended but its record", "down SERVICE removes what there is of it"),
    "scale": Absent(
        "the number of containers is chosen when they start", "up -d --no-deps --scale SERVICE=NUMBER SERVICE"
    ),
    "stats": Absent("what pods use is measured by the cluster, where it is", "kubectl top pods"),
    "unpause": Absent("Kubernetes freezes no containers", "start starts what was stopped"),
    "version": Absent("it is an option", "hybridcompose --version"),
    "volumes": Absent("volumes are claims, or parts of their pods", "kubectl get persistentvolumeclaims"),
    "watch": Absent("nothing copies changed files into pods", "up -d again replaces what has changed"),
}

_NO_ATTESTATIONS = "Kaniko makes no attestations"
_ATTEST = "attest the pushed image with a tool of its own"

#: Options that cannot be honoured, by command; those with a star take a value.
OPTIONS: dict[str, dict[tuple[str, ...], Absent]] = {
    "build": {
        ("--builder*",): Absent("a Job of Kaniko builds each image", "--kaniko-image names another Kaniko"),
        ("--check",): Absent("nothing checks the style of a Dockerfile", "--dry-run tells what Kaniko makes otherwise"),
        ("--memory*", "-m*"): Absent(
            "BuildKit knows no such limit either", "--build-memory-limit limits the pods that build"
        ),
        ("--print",): Absent("there is no bake file", "--dry-run says what would be built, render prints the Jobs"),
        ("--provenance*",): Absent(_NO_ATTESTATIONS, _ATTEST, ("false",)),
        ("--sbom*",): Absent(_NO_ATTESTATIONS, _ATTEST, ("false",)),
        ("--ssh*",): Absent("Kaniko forwards no SSH agent", "fetch over HTTPS with a token from a build secret"),
    },
    "cp": {
        ("--all",): Absent("a container that run has started answers to no service", "kubectl cp knows pods by name"),
    },
    "down": {
        ("--rmi*",): Absent("images lie in a registry and on nodes, which clear away what is not used", "leave it out"),
    },
    "events": {
        ("--since*",): Absent("a cluster keeps no history of containers", "begin before, or look at ps -a and logs -t"),
    },
    "kill": {
        ("--remove-orphans",): Absent("kill ends the services that it names", "up --remove-orphans removes the others"),
    },
    "run": {
        ("--remove-orphans",): Absent("run leaves alone what runs", "up --remove-orphans removes what is too much"),
    },
    "up": {
        ("--always-recreate-deps",): Absent(
            "a pod is replaced where it differs", "--force-recreate replaces all, or the services that are named"
        ),
        ("--no-recreate",): Absent(
            "a pod that differs from its file is replaced", "name the services to start, --no-deps"
        ),
        ("--no-start",): COMMANDS["create"],
        ("--pull*",): Absent("nodes pull by what the file says", "write pull_policy: always, missing or never there"),
        ("--watch", "-w"): COMMANDS["watch"],
    },
}

#: Options that ask for what happens anyway, by command.
GRANTED: dict[str, tuple[tuple[str, ...], ...]] = {
    "build": (("--compress",), ("--force-rm",), ("--no-rm",)),
    "down": (("--remove-orphans",),),
    "ps": (("--orphans/--no-orphans",),),
    "restart": (("--no-deps",),),
    "run": (("--quiet-pull",),),
    "up": (("--quiet-pull",), ("--renew-anon-volumes", "-V"), ("--yes", "-y"), ("--menu",)),
}


def docker_options(command: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a command with the options of Docker Compose's command of that name that mean nothing more here."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        for names in GRANTED.get(command, ()):
            function = click.option(*names, is_flag=True, hidden=True, expose_value=False)(function)
        for names, absent in OPTIONS.get(command, {}).items():
            function = _refused([name.rstrip("*") for name in names], absent, flag=not names[0].endswith("*"))(function)
        return function

    return decorated


def _refused(names: list[str], absent: Absent, *, flag: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def refuse(context: click.Context, option: click.Parameter, value: object) -> None:
        if value and value not in absent.granted:
            raise click.UsageError(f"{names[0]} cannot be honoured: {absent}", context)

    more: dict[str, Any] = {"is_flag": True} if flag else {"is_flag": False, "flag_value": "given"}
    return click.option(*names, hidden=True, expose_value=False, callback=refuse, **more)
