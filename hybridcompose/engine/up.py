"""``up``: builds what is missing, starts the services in order, watches them, and removes what it started."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.decide import Builds, Run
from hybridcompose.cluster.troubles import Limits
from hybridcompose.diagnostics import HybridComposeError
from hybridcompose.engine import ends
from hybridcompose.engine.attach import Attached
from hybridcompose.engine.chronicle import Outcome
from hybridcompose.engine.down import down
from hybridcompose.engine.leftovers import make_way
from hybridcompose.engine.logs import Form
from hybridcompose.engine.loop import carry_out
from hybridcompose.engine.pod_security_level import check_level
from hybridcompose.engine.publish import Publisher
from hybridcompose.engine.record import Kept, Record, outcome_of
from hybridcompose.engine.target import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.engine.ends import End
    from hybridcompose.engine.forwards import Wanted
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan


class Request(NamedTuple):
    """What of `up` is asked for. ``seconds`` limits the time until the services stand as wanted.

    ``services`` are those that were named: the run shows their output and ends with them. Empty: all of them.
    Output is that of ``shown`` where these are named, never that of ``hidden``. ``recreate`` replaces what runs;
    ``known`` are the labels of all services of the project, which others are orphans beside. ``grace`` is the time to
    stop in seconds (default: each service's own), ``lifetime`` the seconds after which `gc` may remove everything.
    ``publish`` are the ports to open here while the run lasts; ``tell`` gets the text of `--env-out`.
    At most ``parallel`` images build at the same time (0: any number).
    """

    builds: Builds = Builds.MISSING
    wait: bool = False
    seconds: float | None = None
    exit_code_from: str | None = None
    abort_on_exit: bool = False
    abort_on_failure: bool = False
    form: Form = Form()
    dependency_seconds: float = 600
    services: tuple[str, ...] = ()
    attach_dependencies: bool = False
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    recreate: bool = False
    remove_orphans: bool = False
    known: frozenset[str] = frozenset()
    grace: int | None = None
    lifetime: float | None = None
    publish: tuple[Wanted, ...] = ()
    tell: Callable[[str], None] | None = None
    parallel: int = 0
    kept: Kept = Kept()

    @property
    def run(self) -> Run:
        return Run(builds=self.builds, parallel=self.parallel, limits=Limits(dependency=self.dependency_seconds))


def start(target: Target, plan: Plan, request: Request, console: Console) -> None:
    """`up -d`: returns once everything has started (with ``wait``: is healthy).

    Leaves everything as it is when it fails, so that it can be looked at.
    """
    record = Record(target, plan, request.kept, console)
    try:
        _check(target, plan, request)
        if not prepare(target):
            make_way(target, plan, request, console)
        _limit(target, request)
        end = ends.ready if request.wait else ends.started
        with Publisher(target, request.publish, console, request.tell) as publisher:
            watch = _each(record.watch, publisher.watch)
            carry_out(target, plan, request.run, end, console, watch=watch, seconds=request.seconds)
    except BaseException as error:
        _keep(record, error, console)
        raise
    record.finish(Outcome(0))


def attached(target: Target, plan: Plan, request: Request, console: Console) -> int:
    """`up` in the foreground: shows the services' output until they end, then removes everything.

    Returns the exit code. Ctrl-C stops the services with their grace periods, a second one at once.
    """
    record = Record(target, plan, request.kept, console)
    with Publisher(target, request.publish, console, request.tell) as publisher:
        return _attached_with(publisher, record, target, plan, request, console)


def _check(target: Target, plan: Plan, request: Request) -> None:
    if request.builds is not Builds.NONE:
        check_level(target, plan)


def _each(*watch: Callable[[Decision], None]) -> Callable[[Decision], None]:
    def every(decision: Decision) -> None:
        for one in watch:
            one(decision)

    return every


def _attached_with(
    publisher: Publisher, record: Record, target: Target, plan: Plan, request: Request, console: Console
) -> int:
    created = _begun(target, plan, request, record, console)
    output = Attached(target, _attached(plan, request), console, request.form)
    watch = _each(record.watch, output.watch, publisher.watch)

    try:
        code = carry_out(target, plan, request.run, _end(request), console, watch=watch, seconds=request.seconds)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            console.note("stopping; Ctrl-C again stops at once")
        grace = request.grace if _keep(record, error, console) else 0
        _remove_after(target, console, volumes=created, grace=grace)
        raise
    else:
        _finish(target, record, code, console, volumes=created, grace=request.grace)
        return code
    finally:
        # What services write while they stop is shown, too.
        output.close()


def _begun(target: Target, plan: Plan, request: Request, record: Record, console: Console) -> bool:
    """Prepares the namespace and what is in it; says whether it was made now."""
    try:
        _check(target, plan, request)
        created = prepared(target, console)
        if not created:
            make_way(target, plan, request, console)
        _limit(target, request)
    except BaseException as error:
        _keep(record, error, console)
        raise
    return created


def _finish(target: Target, record: Record, code: int, console: Console, *, volumes: bool, grace: int | None) -> None:
    """Keeps what is to be kept and removes everything, also where the first fails: that is the run's error then."""
    try:
        record.finish(Outcome(code))
    except BaseException as error:
        hurried = isinstance(error, KeyboardInterrupt)
        _remove_after(target, console, volumes=volumes, grace=0 if hurried else grace)
        raise
    remove(target, console, volumes=volumes, grace=grace)


def _keep(record: Record, error: BaseException, console: Console) -> bool:
    """Keeps what is to be kept of a run that failed, without hiding why; says whether nobody was impatient."""
    try:
        record.finish(outcome_of(error))
    except HybridComposeError as problem:
        console.note(str(problem))
    except KeyboardInterrupt:
        return False
    return True


def _limit(target: Target, request: Request) -> None:
    if request.lifetime is not None:
        from hybridcompose.engine.garbage import expire

        expire(target, request.lifetime)


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
    if request.abort_on_failure:
        return ends.first_failed
    return ends.first_ended if request.abort_on_exit else ends.all_ended(request.services)


def _attached(plan: Plan, request: Request) -> list[str]:
    """The services whose output is shown."""
    named = request.shown or (() if request.attach_dependencies else request.services)
    names = [service.name for service in plan.services if not named or service.name in named]
    return [name for name in names if name not in request.hidden]


def remove(target: Target, console: Console, *, volumes: bool, grace: int | None = None) -> None:
    """Takes down what a run started; Ctrl-C hurries. Volumes go only where the run made the namespace."""
    try:
        down(target, console, volumes=volumes, grace=grace)
    except KeyboardInterrupt:
        down(target, console, volumes=volumes, grace=0, wait=False)
        raise


def _remove_after(target: Target, console: Console, *, volumes: bool, grace: int | None = None) -> None:
    """As ``remove``, without hiding the error that led here."""
    try:
        remove(target, console, volumes=volumes, grace=grace)
    except HybridComposeError as error:
        console.note(f"not everything was removed: {error}")
