"""What earlier runs of a project left in its namespace, and is in the way of the next one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hybridcompose.cluster import execute
from hybridcompose.engine import lifecycle
from hybridcompose.engine.target import GONE_SECONDS, wait_until
from hybridcompose.plan.labels import ONE_OFF, SERVICE
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from hybridcompose.engine.target import Console, Target
    from hybridcompose.engine.up import Request
    from hybridcompose.plan import Plan, Resource, ResourceKey


def make_way(target: Target, plan: Plan, request: Request, console: Console) -> None:
    """What was stopped starts anew; what is to be replaced, or is one container too many, goes.

    Services that the project has no more are named, or removed where that is wanted.
    """
    labels = {service.label for service in plan.services}
    if request.recreate:
        named = {label_value(name) for name in request.services} or labels
        lifecycle.remove(target, named, console, grace=request.grace)
    lifecycle.forget(target, labels)
    found = execute.workloads(target.api, target.namespace, f"{target.selector},{SERVICE}")
    found = [(resource, label) for resource, label in found if not _is_one_off(resource) or label not in labels]
    there, planned = {resource.key: label for resource, label in found}, plan.by_key()
    _remove(target, [key for key, label in there.items() if label in labels and key not in planned], request.grace)
    orphans = sorted(set(there.values()) - request.known - labels) if request.known else []
    if orphans and request.remove_orphans:
        lifecycle.remove(target, orphans, console, grace=request.grace)
    elif orphans:
        told = ", ".join(orphans)
        console.note(f"the project has no service {told}, and it still runs: --remove-orphans removes it")


def _is_one_off(resource: Resource) -> bool:
    """Whether `run` has started it: with --use-aliases it carries the service's own label."""
    return ONE_OFF in resource.manifest["metadata"].get("labels", {})


def _remove(target: Target, keys: Collection[ResourceKey], grace: int | None) -> None:
    """Removes workloads, and waits until they are gone: their addresses would stay in the service's name."""
    for key in keys:
        execute.remove(target.api, target.namespace, key, grace)
    for key in keys:
        gone = partial(_is_gone, target, key)
        wait_until(gone, f"{key} is still stopping", GONE_SECONDS + (grace or 0))


def _is_gone(target: Target, key: ResourceKey) -> bool:
    return not execute.exists(target.api, target.namespace, key)
