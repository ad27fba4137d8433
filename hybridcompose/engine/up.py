"""``up``: builds what is missing, starts the services in order, watches them, and removes what it started."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.decide import Builds, Run
from hybridcompose.cluster.troubles import Limits
from hybridcompose.diagnostics import HybridComposeError
from hybridcompose.engine import ends
from hybridcompose.engine.attach import Attached
from hybridcompose.engine.down import down
from hybridcompose.engine.lifecycle import forget
from hybridcompose.engine.loop import carry_out
from hybridcompose.engine.target import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.engine.ends import End
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan


class Request(NamedTuple):
    """What of `up` is asked for. ``seconds`` limits the time until the services stand as wanted.

    ``services`` are those that were named: the run shows their output and ends with them. Empty: all of them.
    """

    builds: Builds = Builds.MISSING
    wait: bool = False
    seconds: float | None = None
    exit_code_from: str | None = None
    abort_on_exit: bool = False
    timestamps: bool = False
    dependency_seconds: float = 600
    services: tuple[str, ...] = ()
    attach_dependencies: bool = False

    @property
    def run(self) -> Run:
        return Run(builds=self.builds, limits=Limits(dependency=self.dependency_seconds))


def start(target: Target, plan: Plan, request: Request, console: Console) -> None:
    """`up -d`: returns once everything has started (with ``wait``: is healthy).

    Leaves everything as it is when it fails, so that it can be looked at.
    """
    if not prepare(target):
        forget(target, (service.label for service in plan.services))
    end = ends.ready if request.wait else ends.started
    carry_out(target, plan, request.run, end, console, seconds=request.seconds)


def attached(target: Target, plan: Plan, request: Request, console: Console) -> int:
    """`up` in the foreground: shows the services' output until they end, then removes everything.

    Returns the exit code. Ctrl-C stops the services with their grace periods, a second one at once.
    """
    created = prepared(target, console)
    if not created:
        forget(target, (service.label for service in plan.services))
    output = Attached(target, _attached(plan, request), console, timestamps=request.timestamps)
    try:
        code = carry_out(target, plan, request.run, _end(request), console, watch=output.watch, seconds=request.seconds)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            console.note("stopping; Ctrl-C again stops at once")
        _remove_after(target, console, volumes=created)
        raise
    else:
        remove(target, console, volumes=created)
        return code
    finally:
        # What services write while they stop is shown, too.
        output.close()


def prepared(target: Target, console: Console) -> bool:
    """As ``prepare``; Ctrl-C leaves no namespace behind that was just made."""
    try:
        return prepare(target)
    except KeyboardInterrupt:
        _remove_after(target, console, volumes=False)
        raise


def _end(request: Request) -> Callable[[Decision, float], End]:
    if request.exit_code_from is not None:
        return ends.ended_with_code_of(request.exit_code_from)
    return ends.first_ended if request.abort_on_exit else ends.all_ended(request.services)


def _attached(plan: Plan, request: Request) -> list[str]:
    """The services whose output is shown."""
    named = () if request.attach_dependencies else request.services
    return [service.name for service in plan.services if not named or service.name in named]


def remove(target: Target, console: Console, *, volumes: bool) -> None:
    """Takes down what a run started; Ctrl-C hurries. Volumes go only where the run made the namespace."""
    try:
        down(target, console, volumes=volumes)
    except KeyboardInterrupt:
        down(target, console, volumes=volumes, grace=0, wait=False)
        raise


def _remove_after(target: Target, console: Console, *, volumes: bool) -> None:
    """As ``remove``, without hiding the error that led here."""
    try:
        remove(target, console, volumes=volumes)
    except HybridComposeError as error:
        console.note(f"not everything was removed: {error}")
