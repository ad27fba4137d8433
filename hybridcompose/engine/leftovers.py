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
    from collections.abc import Collection, Iterable, Mapping

    from hybridcompose.engine.target import Console, Target
    from hybridcompose.engine.up import Request
    from hybridcompose.plan import Plan, Resource, ResourceKey


def make_way(target: Target, plan: Plan, request: Request, console: Console) -> None:
    """What was stopped starts anew; what is to be replaced, or is one container too many, goes.

    Services that the project has no more are named, or removed where that is wanted.
    """
    if request.recreate:
        lifecycle.remove(target, _recreated(plan, request), console, grace=request.grace)
    forget = partial(lifecycle.forget, target, {service.label for service in plan.services})
    there, _ = execute.side_by_side(partial(_there, target, plan), forget)
    _remove(target, _too_many(there, plan), request.grace)
    orphans = _orphans(there, plan, request)
    if orphans and request.remove_orphans:
        lifecycle.remove(target, orphans, console, grace=request.grace)
    elif orphans:
        console.note(told(orphans))


def removed(target: Target, plan: Plan, request: Request) -> tuple[list[ResourceKey], list[str]]:
    """What ``make_way`` would remove, and the labels of services that the project has no more and that would stay."""
    there = _there(target, plan)
    orphans = _orphans(there, plan, request)
    labels = {*(_recreated(plan, request) if request.recreate else ()), *(orphans if request.remove_orphans else ())}
    gone = {*_too_many(there, plan), *(key for key, label in there.items() if label in labels)}
    return sorted(gone), [] if request.remove_orphans else orphans


def told(orphans: Iterable[str]) -> str:
    """What is said of services that stay although the project has them no more."""
    return f"the project has no service {', '.join(orphans)}, and it still runs: --remove-orphans removes it"


def _recreated(plan: Plan, request: Request) -> set[str]:
    return {label_value(name) for name in request.services} or {service.label for service in plan.services}


def _there(target: Target, plan: Plan) -> dict[ResourceKey, str]:
    """What runs services of the project, each with the label of its service; not what `run` has started for them."""
    labels = {service.label for service in plan.services}
    found = execute.workloads(target.api, target.namespace, f"{target.selector},{SERVICE}")
    return {resource.key: label for resource, label in found if label not in labels or not _is_one_off(resource)}


def _too_many(there: Mapping[ResourceKey, str], plan: Plan) -> list[ResourceKey]:
    labels, planned = {service.label for service in plan.services}, plan.by_key()
    return [key for key, label in there.items() if label in labels and key not in planned]


def _orphans(there: Mapping[ResourceKey, str], plan: Plan, request: Request) -> list[str]:
    labels = {service.label for service in plan.services}
    return sorted(set(there.values()) - request.known - labels) if request.known else []


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
