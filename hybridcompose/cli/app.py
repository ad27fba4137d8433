"""The global options, and the table of commands. A command's module is imported when the command is used."""

from __future__ import annotations

import importlib
from typing import Any

import click

import hybridcompose
from hybridcompose.cli.placement import behind_command
from hybridcompose.cli.session import Session

#: Command name -> module, in the order in which ``--help`` lists them.
COMMANDS = {
    "render": "hybridcompose.cli.render",
    "config": "hybridcompose.cli.config",
    "up": "hybridcompose.cli.up",
    "down": "hybridcompose.cli.down",
    "ps": "hybridcompose.cli.ps",
    "logs": "hybridcompose.cli.logs",
    "wait": "hybridcompose.cli.wait",
    "exec": "hybridcompose.cli.exec",
    "run": "hybridcompose.cli.run_once",
    "cp": "hybridcompose.cli.cp",
    "port": "hybridcompose.cli.port",
    "url": "hybridcompose.cli.url",
    "build": "hybridcompose.cli.build",
    "stop": "hybridcompose.cli.stop",
    "start": "hybridcompose.cli.start",
    "restart": "hybridcompose.cli.restart",
    "kill": "hybridcompose.cli.kill",
    "top": "hybridcompose.cli.top",
    "events": "hybridcompose.cli.events",
    "diff": "hybridcompose.cli.diff",
    "ls": "hybridcompose.cli.ls",
    "gc": "hybridcompose.cli.gc",
    "images": "hybridcompose.cli.images",
    "explain": "hybridcompose.cli.explain",
    "doctor": "hybridcompose.cli.doctor",
    "rbac": "hybridcompose.cli.rbac",
}


class Commands(click.Group):
    """Finds commands in the table."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = behind_command(args, self.params, COMMANDS, lambda name: self.get_command(ctx, name))
        return super().parse_args(ctx, words)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            _check_absent(ctx, cmd_name)
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command


def _check_absent(context: click.Context, name: str) -> None:
    """Raises ``click.UsageError`` for a command of Docker Compose that a cluster has no use for."""
    from hybridcompose.cli import absent

    if name in absent.COMMANDS:
        raise click.UsageError(f"there is no {name}: {absent.COMMANDS[name]}", context)


@click.command(
    cls=Commands,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    subcommand_metavar="COMMAND [OPTIONS]...",
    epilog="These options stand before the command, as in docker compose: hybridcompose -f compose.yml render."
    " The command's own may stand on either side of it.",
)
@click.option(
    "-f", "--file", "files", multiple=True, metavar="FILE", help="Compose file; repeat to merge, - for stdin."
)
@click.option(
    "-p", "--project-name", metavar="NAME", help="Project name (default: name: in the file, else the directory)."
)
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="Activate a profile; repeatable, * for all.")
@click.option(
    "--env-file", "env_files", multiple=True, metavar="FILE", help="Read variables from here instead of .env."
)
@click.option("--project-directory", metavar="DIR", help="What relative paths start from (default: the first file's).")
@click.option(
    "--diagnostics",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Form of the findings on standard error.",
)
@click.option(
    "--config-file",
    metavar="FILE",
    help="An organisation's settings (default: $HYBRIDCOMPOSE_CONFIG, else ~/.config/hybridcompose/config.yaml).",
)
@click.option(
    "--parallel", type=int, metavar="N", help="The same as --parallel of build and up; other commands take it, too."
)
@click.option("--all-resources", is_flag=True, help="config prints networks, volumes and the rest that nothing uses.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors: print no result, exit 17.")
@click.option("-q", "--quiet", is_flag=True, help="Show no notes, only warnings and errors.")
@click.version_option(hybridcompose.__version__, prog_name="hybridcompose")
@click.pass_context
def app(context: click.Context, /, **options: Any) -> None:
    """Run on Kubernetes what docker compose runs: the same compose files, images built with Kaniko."""
    context.obj = session = Session(**options)
    # An option of a command is looked for on the command line, in its variable, in the configuration, in this order.
    context.default_map = {context.invoked_subcommand or "": session.configured()}
