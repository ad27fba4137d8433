"""``down``: everything of a project goes away."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from hybridcompose.cluster import execute
from hybridcompose.cluster.kinds import KINDS, VOLUMES, WORKLOADS
from hybridcompose.cluster.observe import look
from hybridcompose.cluster.stopping import waves
from hybridcompose.engine.progress import NAMESPACE, REMOVED, STOPPING, Event, Status, tell_services
from hybridcompose.engine.target import GONE_SECONDS, wait_until
from hybridcompose.plan import ResourceKey
from hybridcompose.plan.labels import SERVICE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hybridcompose.engine.target import Console, Target


def down(
    target: Target, console: Console, *, volumes: bool = False, grace: int | None = None, wait: bool = True
) -> None:
    """Removes the project's objects, and its namespace where `up` made it.

    Services stop before what they depend on, as under Docker Compose; without ``wait`` all at once. Volumes stay
    unless ``volumes`` is set, and with them the namespace that holds them. ``grace`` is the time to stop in seconds
    (default: each service's own). Raises ``ClusterError``, ``TimedOutError``.
    """
    found = target.find()
    if found is None:
        console.note(f"nothing to remove: there is no namespace {target.namespace}")
        return
    if found.owner not in ("", target.label):
        raise execute.foreign(target.namespace, found.owner)
    groups = waves(look(target.api, target.namespace, target.selector, jobs=True)) if wait else ()
    if grace == 0:
        groups = (tuple(chain.from_iterable(groups)),)
    for group in groups[:-1]:
        _stop(target, group, grace, console)
    last = groups[-1] if groups else ()
    tell_services(console, last, STOPPING, Status.WORKING)
    for kind in KINDS:
        execute.remove_all(target.api, target.namespace, kind, target.selector, grace)
    if wait:
        seconds = GONE_SECONDS + (grace or 0)
        wait_until(lambda: not _has_pods(target), f"pods of {target.project} are still stopping", seconds)
    tell_services(console, last, REMOVED)
    _remove_volumes_and_namespace(target, console, found, volumes=volumes, wait=wait)


def tell(target: Target, console: Console, *, volumes: bool = False) -> None:
    """One line for each object that ``down`` would remove. Changes nothing."""
    found = target.find()
    if found is None:
        console.note(f"nothing to remove: there is no namespace {target.namespace}")
        return
    if found.owner not in ("", target.label):
        raise execute.foreign(target.namespace, found.owner)
    kept = execute.names(target.api, target.namespace, VOLUMES, target.selector)
    for kind in KINDS:
        for name in execute.names(target.api, target.namespace, kind, target.selector):
            console.out(f"{ResourceKey(kind, name)}: would be removed")
    for name in kept if volumes else ():
        console.out(f"{ResourceKey(VOLUMES, name)}: would be removed")
    if found.owner and (volumes or not kept):
        console.out(f"{ResourceKey('Namespace', target.namespace)}: would be removed")


def _stop(target: Target, labels: Sequence[str], grace: int | None, console: Console) -> None:
    """Stops the services of these labels before those that they depend on."""
    tell_services(console, labels, STOPPING, Status.WORKING)
    selector = f"{target.selector},{SERVICE} in ({','.join(labels)})"
    for kind in WORKLOADS:
        execute.remove_all(target.api, target.namespace, kind, selector, grace)
    complaint = f"{', '.join(labels)} of {target.project} are still stopping"
    wait_until(partial(_is_stopped, target, selector), complaint, GONE_SECONDS + (grace or 0))
    tell_services(console, labels, REMOVED)


def _is_stopped(target: Target, selector: str) -> bool:
    return not execute.names(target.api, target.namespace, "Pod", selector)


def _has_pods(target: Target) -> bool:
    return bool(look(target.api, target.namespace, target.selector).pods)


def _remove_volumes_and_namespace(
    target: Target, console: Console, found: execute.Namespace, *, volumes: bool, wait: bool
) -> None:
    api, name = target.api, target.namespace
    if volumes:
        execute.remove_all(api, name, VOLUMES, target.selector)
    elif execute.names(api, name, VOLUMES, target.selector):
        console.note(f"the volumes stay in the namespace {name}; down -v removes them")
        return
    if not found.owner:
        return
    execute.delete_namespace(api, name)
    if wait:
        console.tell(Event(NAMESPACE, name, "removing"))
        wait_until(lambda: target.find() is None, f"the namespace {name} is still going away")
        console.tell(Event(NAMESPACE, name, REMOVED, Status.DONE))
