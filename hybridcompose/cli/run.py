"""The border of the command line: every way in which a run can end becomes an exit code and one clear message."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

import click

import hybridcompose
from hybridcompose.cli.exit_codes import ExitCode, told
from hybridcompose.cli.streams import give_up_standard_output, say
from hybridcompose.diagnostics import HybridComposeError

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Runs one command line (without the program's name) and returns what the process should exit with."""
    try:
        return _run(list(arguments))
    except BrokenPipeError:
        give_up_standard_output()
        return ExitCode.BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort):
        say("interrupted\n")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        say(f"{_usage_error(error)}{told(ExitCode.USAGE)}")
        return ExitCode.USAGE
    except Exception as error:
        if os.environ.get("HYBRIDCOMPOSE_DEBUG") == "1":
            raise
        return _unexpected(error)


def _run(arguments: list[str]) -> int:
    from hybridcompose.cli.app import app
    from hybridcompose.cli.session import RefusedError

    try:
        with app.make_context("hybridcompose", arguments) as context:
            code = app.invoke(context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except RefusedError as refused:
        context.obj.tell_code(refused.exit_code)
        return refused.exit_code
    except HybridComposeError as error:
        context.obj.show(error.diagnostics)
        context.obj.tell_code(error.exit_code)
        return error.exit_code
    return code if isinstance(code, int) else ExitCode.OK


def _usage_error(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    usage = f"{context.get_usage()}\n" if context else ""
    message = f"{error.format_message()}{_misplaced(error)}"
    return f"{usage}error: {message}\nhelp: {context.command_path if context else 'hybridcompose'} --help\n"


def _misplaced(error: click.ClickException) -> str:
    """A remedy for ``render -f compose.yml``: docker compose, too, knows these options only before the command."""
    from hybridcompose.cli.app import app

    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return ""
    given = error.option_name
    if not any(given in option.opts for option in app.params):
        return ""
    return f" Write {given} before the command: hybridcompose {given} ... {error.ctx.info_name}"


def _unexpected(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        # click prints --help and --version by itself.
        give_up_standard_output()
        say("error[unwritable-output]: cannot write to standard output: no space left\n")
        return ExitCode.UNWRITABLE_OUTPUT
    say(_internal_error(error))
    return ExitCode.INTERNAL_ERROR


def _internal_error(error: Exception) -> str:
    """One line without the exception's own text, which may quote a secret."""
    import traceback

    package = os.path.dirname(hybridcompose.__file__)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(package)]
    place = f" at {os.path.relpath(frames[-1].filename, package)}:{frames[-1].lineno}" if frames else ""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (
        f"internal error: {type(error).__name__}{place} (hybridcompose {hybridcompose.__version__}, Python {python});"
        " please report it. HYBRIDCOMPOSE_DEBUG=1 shows the traceback\n"
    )
