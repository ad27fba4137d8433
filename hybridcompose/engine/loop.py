"""Observes, decides, executes, until an end is reached."""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from hybridcompose.cluster import execute
from hybridcompose.cluster.decide import Decision, Failure, Kind, Run, decide
from hybridcompose.cluster.observe import Observer, remembering
from hybridcompose.cluster.steps import Adopt, Apply, Remove, Send, Step, Touch
from hybridcompose.cluster.stopped import recorded
from hybridcompose.diagnostics import Code, Diagnostic, HybridComposeError, Severity, TimedOutError
from hybridcompose.engine.build_output import BuildOutput
from hybridcompose.engine.explain import error_of, explain, waits_for
from hybridcompose.engine.progress import Progress
from hybridcompose.engine.target import check_objects
from hybridcompose.engine.uploads import Uploads
from hybridcompose.plan.order import rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hybridcompose.cluster.state import Observed, PodState
    from hybridcompose.cluster.views import ServiceView
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan, Resource, ResourceKey

_T = TypeVar("_T")

#: Times in a decision pass without anything happening in the cluster.
_TICK = 1.0


def carry_out(
    target: Target,
    plan: Plan,
    run: Run,
    end: Callable[[Decision, float], _T | Failure | None],
    console: Console,
    *,
    watch: Callable[[Decision], None] | None = None,
    seconds: float | None = None,
    made: Callable[[ResourceKey], None] | None = None,
) -> _T:
    """Takes steps until ``end`` gives something, which is returned. ``watch`` sees every decision before.

    ``made`` is told every object that this run makes.

    Raises the error of a failure after its circumstances were told, ``TimedOutError`` after ``seconds``.
    """
    check_objects(target, plan)
    progress = Progress(console)
    deadline = None if seconds is None else time.monotonic() + seconds
    with (
        Observer(target.api, target.namespace, target.selector) as observer,
        Uploads(target, plan, console) as uploads,
        BuildOutput(target, console) as output,
    ):
        version = -1
        ended: dict[str, PodState] = {}
        while True:
            version, seen = observer.wait(version, _TICK)
            uploads.check()
            seen = remembering(seen, ended)
            run = _at(time.time(), run, seen)
            run = run._replace(stopped=_stopped(target, run))
            ended |= _going(seen, run)
            decision = decide(plan, seen, run)
            output.watch(decision)
            if watch is not None:
                watch(decision)  # what a service wrote last comes before that it has ended
            progress.show(decision)
            uploads.watch(decision)
            result = decision.failure or end(decision, run.now)
            if isinstance(result, Failure):
                raise _failed(target, result, seen, output, console)
            if result is not None:
                return result
            if deadline is not None and time.monotonic() > deadline:
                raise _late(target, decision, seen, output, seconds or 0, console)
            run = _take(target, decision.steps, run, uploads, made)


def _at(now: float, run: Run, seen: Observed) -> Run:
    """The run as it stands now, with what others have deleted."""
    gone = seen.gone.intersection(run.applied.values())
    return run._replace(now=now, missing={uid: run.missing.get(uid, now) for uid in gone})


def _stopped(target: Target, run: Run) -> dict[str, tuple[PodState, ...]]:
    """How that has ended which others have stopped: what is killed is gone before it is seen to end."""
    known = {uid: pods for uid, pods in run.stopped.items() if uid in run.missing}
    unknown = {key: uid for key, uid in run.applied.items() if uid in run.missing and uid not in known}
    if not unknown or run.only_builds:
        return known
    found = recorded(target.api, target.namespace, target.selector)
    return known | {
        unknown[one.resource.key]: one.containers for one in found if one.resource.key in unknown and one.containers
    }


def _going(seen: Observed, run: Run) -> dict[str, PodState]:
    """The run's pods whose programs have ended while somebody deletes them: what `stop` stops has exited."""
    own = frozenset(run.applied.values())
    return {pod.uid: pod for pod in seen.pods.values() if pod.deleting and pod.finished and pod.uid in own}


def _failed(
    target: Target, failure: Failure, seen: Observed, output: BuildOutput, console: Console
) -> HybridComposeError:
    followed = output.log_of(failure.pod)
    if followed is None or not failure.container:
        lines, error = explain(target, failure, seen), error_of(failure)
    else:
        from hybridcompose.engine.build_failure import build_failure

        lines, error = build_failure(*followed, failure)
    for line in lines:
        console.note(line)
    return error


def _late(
    target: Target, decision: Decision, seen: Observed, output: BuildOutput, seconds: float, console: Console
) -> HybridComposeError:
    """The error for what did not come in time, after what keeps the first of the services was told."""
    waiting = {name: view for name, view in decision.services.items() if not (view.healthy or view.ended)}
    builds = [view.image.service for view in decision.builds if not view.done]
    parts = [("not built", builds), ("not ready", list(waiting))]
    told = "; ".join(f"{what}: {', '.join(names)}" for what, names in parts if names)
    message = f"not done within {seconds:g} s{f' ({told})' if told else ''}"
    late = next((failure for view in waiting.values() if (failure := _waits(view, message)) is not None), None)
    if late is None:
        return TimedOutError([Diagnostic(Code.TIMED_OUT, Severity.ERROR, message)])
    return _failed(target, late, seen, output, console)


def _waits(view: ServiceView, message: str) -> Failure | None:
    """What is to be looked at, and why the service is not ready, as far as its pods tell."""
    pod = next((pod for pod in view.pods if not pod.ready), None)
    if pod is None:
        return None
    why = f"no node takes its pod: {pod.unschedulable}" if pod.unschedulable else waits_for(pod)
    name = view.service.name
    return Failure(
        Kind.TIME, name, f"{message}{f'; {name}: {why}' if why else ''}", pod.name, pod.main.name if pod.main else ""
    )


def _take(
    target: Target,
    steps: Iterable[Step],
    run: Run,
    uploads: Uploads,
    made: Callable[[ResourceKey], None] | None,
) -> Run:
    """Takes the steps and notes them down; objects that do not need one another are made at the same time."""
    applied, touched, sent = dict(run.applied), set(run.touched), set(run.sent)
    tell = [uploads.made, *([made] if made is not None else [])]
    for kind, batch in groupby(steps, _batch):
        if kind is not None:
            applied.update(_made(target, (step.resource for step in batch if isinstance(step, Apply)), tell))
            continue
        for step in batch:
            match step:
                case Adopt(key, uid):
                    if target.owner is not None:
                        execute.own(target.api, target.namespace, key, target.owner)
                    applied[key] = uid
                case Remove(key, _):
                    execute.remove(target.api, target.namespace, key)
                case Touch(service, pod):
                    execute.touch(target.api, target.namespace, service, pod.uid)
                    touched.add(pod.uid)
                case Send(pod=pod):
                    uploads.begin(step)
                    sent.add(pod.uid)
    return run._replace(applied=applied, touched=frozenset(touched), sent=frozenset(sent))


def _batch(step: Step) -> str | None:
    """What may be made together: what runs, and before it what it refers to. ``None`` for other steps."""
    if not isinstance(step, Apply):
        return None
    return "workloads" if rank(step.resource.key.kind) >= rank("Job") else "others"


def _made(
    target: Target, resources: Iterable[Resource], tell: Iterable[Callable[[ResourceKey], None]]
) -> dict[ResourceKey, str]:
    """The uids of what was made. Raises the first error after everything was tried, so that nothing is forgotten."""
    causes = {resource.key: resource for resource in resources}
    uids: dict[ResourceKey, str] = {}
    errors: list[Exception] = []
    for key, outcome in execute.apply_all(target.api, target.namespace, causes.values(), target.owner):
        if isinstance(outcome, HybridComposeError):
            found = (one if one.path else one._replace(path=causes[key].cause) for one in outcome.diagnostics)
            errors.append(outcome.with_diagnostics(found))
        else:
            uids[key] = outcome
            for told in tell:
                told(key)
    if errors:
        raise errors[0]
    return uids
