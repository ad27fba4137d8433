"""``run``: a service's container once, beside its own, with its program's streams.

An API server connects streams to a container that runs, not to one that will. Whatever it wrote before is in its log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster import execute
from hybridcompose.cluster.decide import Builds, Run
from hybridcompose.cluster.observe import Observer, look
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.cluster.troubles import Limits
from hybridcompose.diagnostics import HybridComposeError
from hybridcompose.engine import lifecycle
from hybridcompose.engine.attachment import Attachment
from hybridcompose.engine.loop import carry_out
from hybridcompose.engine.publish import Publisher
from hybridcompose.engine.target import GONE_SECONDS, wait_until
from hybridcompose.engine.up import prepared

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.state import PodState
    from hybridcompose.engine.conversation import Partner
    from hybridcompose.engine.ends import End
    from hybridcompose.engine.forwards import Wanted
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan, PlannedService, ResourceKey


class Request(NamedTuple):
    """How it is run: ``remove`` its pod at the end, ``detach`` once it has begun.

    ``publish`` are ports to open on this machine while it runs.
    """

    builds: Builds = Builds.MISSING
    dependency_seconds: float = 600
    remove: bool = False
    detach: bool = False
    publish: tuple[Wanted, ...] = ()


def run(target: Target, plan: Plan, request: Request, partner: Partner, console: Console) -> int:
    """Starts what the last service of the plan depends on, runs that service, and returns its program's exit code.

    Ctrl-C stops it, with its time to stop. What it depends on goes on. Raises as ``up`` does.
    """
    (key,) = plan.services[-1].workloads
    with Publisher(target, request.publish, console, pod=key.name) as publisher:
        return _run(publisher, target, plan, request, partner, console)


def _run(publisher: Publisher, target: Target, plan: Plan, request: Request, partner: Partner, console: Console) -> int:
    planned = plan.services[-1]
    (key,) = planned.workloads
    created = prepared(target, console)
    if not created:
        lifecycle.forget(target, {service.label for service in plan.services[:-1]})
    run_ = Run(builds=request.builds, limits=Limits(dependency=request.dependency_seconds))
    source = Source(target.namespace, key.name, planned.container)
    attachment = None if request.detach else Attachment(target.api, source, partner)
    try:
        watch = publisher.watch if attachment is None else _attaching(planned, attachment, publisher)
        carry_out(target, plan, run_, _begun(planned.name), console, watch=watch)
        if attachment is None:
            console.out(key.name)
            return 0
        code = _until_end(target, key, attachment)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            console.note(f"stopping {key.name}")
        _remove_after(target, key, console)
        raise
    finally:
        if attachment is not None:
            attachment.stop()
    if request.remove:
        execute.remove(target.api, target.namespace, key, 0)
        _tell_rest(target, plan, console, created=created)
    return code


def _begun(service: str) -> Callable[[Decision, float], End]:
    def end(decision: Decision, now: float) -> End:
        view = decision.services[service]
        return 0 if view.started or view.ended else None

    return end


def _attaching(planned: PlannedService, attachment: Attachment, publisher: Publisher) -> Callable[[Decision], None]:
    """Begins to attach when the pod is there: what is tried before its program runs costs a request each time."""

    def watch(decision: Decision) -> None:
        publisher.watch(decision)
        for pod in decision.services[planned.name].pods:
            if pod.node and _is_prepared(pod):
                attachment.begin()

    return watch


def _is_prepared(pod: PodState) -> bool:
    return all(container.ended or container.stays for container in pod.containers if container.init)


def _until_end(target: Target, key: ResourceKey, attachment: Attachment) -> int:
    attachment.talk(lambda: _has_ended(target, key))
    with Observer(target.api, target.namespace, target.selector) as observer:
        version, seen = observer.wait(-1, 0)
        while (pod := seen.pods.get(key.name)) is not None and not pod.finished:
            attachment.check()
            version, seen = observer.wait(version, 1)
    attachment.finish()
    return 1 if pod is None else pod.exit_code or 0


def _has_ended(target: Target, key: ResourceKey) -> bool:
    pod = look(target.api, target.namespace, target.selector).pods.get(key.name)
    return pod is None or pod.finished


def _remove_after(target: Target, key: ResourceKey, console: Console) -> None:
    """Stops what was run, and waits for its end; without hiding the error that led here."""
    try:
        execute.remove(target.api, target.namespace, key)
        gone = f"{key} is still stopping"
        wait_until(lambda: not execute.exists(target.api, target.namespace, key), gone, GONE_SECONDS)
    except KeyboardInterrupt:
        execute.remove(target.api, target.namespace, key, 0)
        raise
    except HybridComposeError as error:
        console.note(f"{key} was not removed: {error}")


def _tell_rest(target: Target, plan: Plan, console: Console, *, created: bool) -> None:
    if created:
        names = ", ".join(service.name for service in plan.services[:-1])
        running = f" with {names}" if names else ""
        console.note(f"the namespace {target.namespace} stays{running}; down removes it")
