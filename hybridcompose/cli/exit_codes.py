"""What the process exits with. ``docs/reference/exit-codes.md`` shows this table."""

from __future__ import annotations

from enum import IntEnum

from hybridcompose.diagnostics import (
    BuildError,
    ClusterError,
    LoadError,
    OutputError,
    ServiceError,
    TimedOutError,
    TranslateError,
)


class ExitCode(IntEnum):
    """Distinct, so that a script can tell what to do next.

    1 is left to ``diff``, because every interpreter and shell uses it for anything. 15 is Docker Compose's own status
    for compose files that cannot be parsed. 70 is EX_SOFTWARE of sysexits.h; 128 + N means "ended by signal N", as
    shells report it. ``up --exit-code-from``, ``up --abort-on-container-exit`` and ``wait`` exit with what the service
    exited with, whatever that number means here.
    """

    OK = 0
    DIFFERENT = 1
    USAGE = 2
    BAD_INPUT = LoadError.exit_code
    UNTRANSLATABLE = TranslateError.exit_code
    WARNINGS = 17
    UNWRITABLE_OUTPUT = OutputError.exit_code
    CLUSTER = ClusterError.exit_code
    BUILD_FAILED = BuildError.exit_code
    SERVICE_FAILED = ServiceError.exit_code
    TIMED_OUT = TimedOutError.exit_code
    INTERNAL_ERROR = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


#: What each code means to a user.
MEANING: dict[ExitCode, str] = {
    ExitCode.OK: "The command did what it should.",
    ExitCode.DIFFERENT: "`diff` has found differences. No other command exits with it.",
    ExitCode.USAGE: "The command line is wrong: an unknown command or option, or a value that is none.",
    ExitCode.BAD_INPUT: "The compose files, or files that they name, cannot be read as a project.",
    ExitCode.UNTRANSLATABLE: "The project is right but cannot run on Kubernetes as it is.",
    ExitCode.WARNINGS: "There were warnings, and `--strict` was given. Nothing was printed or written.",
    ExitCode.UNWRITABLE_OUTPUT: "The result cannot be written where it should go.",
    ExitCode.CLUSTER: "The cluster cannot be reached, or refuses a request.",
    ExitCode.BUILD_FAILED: "The image of a service could not be built.",
    ExitCode.SERVICE_FAILED: "A service could not start, or ended or became unhealthy while others needed it.",
    ExitCode.TIMED_OUT: "What was waited for did not come in time.",
    ExitCode.INTERNAL_ERROR: "A defect of hybridcompose. `HYBRIDCOMPOSE_DEBUG=1` shows where.",
    ExitCode.INTERRUPTED: "Ctrl-C (SIGINT).",
    ExitCode.BROKEN_PIPE: "The reader of standard output went away (SIGPIPE), as in `hybridcompose render | head`.",
}

#: The codes of failures for which ``docker compose`` has 1, as for all of its own.
DOCKER_HAS_ONE = frozenset(
    (
        ExitCode.USAGE,
        ExitCode.BAD_INPUT,
        ExitCode.UNWRITABLE_OUTPUT,
        ExitCode.CLUSTER,
        ExitCode.BUILD_FAILED,
        ExitCode.SERVICE_FAILED,
        ExitCode.TIMED_OUT,
    )
)


def told(code: int) -> str:
    """The last line that a failed command prints: its code, and what that means."""
    meaning = MEANING[ExitCode(code)].rstrip(".")
    other = " (docker compose: 1)" if code in DOCKER_HAS_ONE else ""
    return f"exit code {code:d}{other}: {meaning[:1].lower()}{meaning[1:]}\n"
