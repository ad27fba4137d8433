"""What `up` would do in a cluster, object by object, for ``diff`` and ``up --dry-run``. Changes nothing."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import execute
from hybridcompose.cluster.api import FIELD_MANAGER
from hybridcompose.cluster.fields import managed, whole
from hybridcompose.cluster.forecast import Action, Change, forecast
from hybridcompose.cluster.observe import look
from hybridcompose.cluster.state import Observed
from hybridcompose.diagnostics import ClusterError, format_path
from hybridcompose.engine.compare import unified
from hybridcompose.engine.explain import error_of
from hybridcompose.engine.leftovers import removed, told
from hybridcompose.engine.target import check_objects
from hybridcompose.plan import ResourceKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.engine.target import Console, Target
    from hybridcompose.engine.up import Request
    from hybridcompose.plan import Plan

#: Stands for the name of an object that is there and cannot be changed, where the server says what a new one would be.
_OTHER_NAME = "hybridcompose-dry-run"
#: Objects of these kinds cannot be changed: others take their place.
_REPLACED = ("Pod", "Job")


class Difference(NamedTuple):
    """What happens to one object, why it exists, what it waits for, and its ``lines`` of a unified diff."""

    action: Action
    key: ResourceKey
    cause: str = ""
    reason: str = ""
    after: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def differences(target: Target, plan: Plan, request: Request, console: Console) -> list[Difference]:
    """Everything that `up` would touch, in its order. Raises as `up` where that would fail at once."""
    found = target.find()
    there = found is not None and not found.terminating
    if found is not None and found.owner not in ("", target.label):
        raise execute.foreign(target.namespace, found.owner)
    seen, gone = Observed(), list[ResourceKey]()
    if there:
        check_objects(target, plan)
        seen = look(target.api, target.namespace, target.selector, jobs=True)
        gone, orphans = removed(target, plan, request)
        if orphans:
            console.note(told(orphans))
    expected = forecast(plan, seen, request.run._replace(now=time.time()), gone)
    if expected.failure is not None:
        raise error_of(expected.failure)
    made = [] if there else [Difference(Action.MAKE, ResourceKey("Namespace", target.namespace))]
    return [*made, *execute.together(lambda change: _difference(target, change, there=there), expected.changes)]


def _difference(target: Target, change: Change, *, there: bool) -> Difference:
    resource = change.resource
    before = execute.there(target.api, target.namespace, change.key) if there and change.action != Action.KEEP else None
    if resource is None:
        lines = () if before is None else unified(change.key, managed(before, FIELD_MANAGER), None)
        return Difference(change.action, change.key, lines=lines)
    told = Difference(change.action, change.key, format_path(resource.cause), resource.reason, change.after)
    if before is None:
        return told._replace(action=Action.MAKE, lines=unified(change.key, None, resource.manifest))
    if change.key.kind in _REPLACED:
        return told._replace(action=Action.REPLACE, lines=_replaced(target, change, before))
    after = execute.tried(target.api, target.namespace, resource)
    lines = unified(change.key, whole(before), whole(after))
    return told._replace(action=Action.CHANGE if lines else Action.KEEP, lines=lines)


def _replaced(target: Target, change: Change, before: dict[str, Any]) -> tuple[str, ...]:
    """The server writes values in a form of its own: what it would make of the new object is compared."""
    assert change.resource is not None  # noqa: S101  (only removals have none)
    after = change.resource.manifest
    try:
        body = execute.tried(target.api, target.namespace, change.resource, _OTHER_NAME)
    except ClusterError:  # a quota, for one, may have no room for both
        pass
    else:
        after = managed(body, FIELD_MANAGER)
        after["metadata"]["name"] = change.key.name
    return unified(change.key, managed(before, FIELD_MANAGER), after)


def tell(target: Target, plan: Plan, request: Request, console: Console) -> None:
    """One line for each object that `up` would touch. Raises as ``differences``."""
    found = [one for one in differences(target, plan, request, console) if one.action is not Action.KEEP]
    for one in found:
        console.out(headline(one))
    if not found:
        console.note("nothing to do: everything is as it should be")


def as_text(found: Iterable[Difference]) -> Iterator[str]:
    """Each object that changes, with its diff."""
    for one in found:
        if one.action is not Action.KEEP:
            yield headline(one)
            yield from one.lines


def as_json(found: Iterable[Difference]) -> str:
    """One array of all objects, also of those that stay as they are."""
    told = [
        {
            "Action": one.action.value,
            "Kind": one.key.kind,
            "Name": one.key.name,
            "Cause": one.cause,
            "Reason": one.reason,
            "After": list(one.after),
            "Diff": list(one.lines),
        }
        for one in found
    ]
    return json.dumps(told, ensure_ascii=False, indent=2)


def differs(found: Iterable[Difference]) -> bool:
    """Whether anything would change."""
    return any(one.action is not Action.KEEP for one in found)


def headline(one: Difference) -> str:
    """``pod/web: would be made once db is healthy (services.web: runs the service)``."""
    after = f" once {' and '.join(one.after)}" if one.after else ""
    why = ": ".join(filter(None, (one.cause, one.reason)))
    return f"{one.key}: would be {one.action}{after}{f' ({why})' if why else ''}"
