"""Whether objects fit into the quotas of a namespace. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster.kinds import PATHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Short(NamedTuple):
    """What a quota has too little of, in the form of the quota: ``pods`` or ``requests.cpu``."""

    quota: str
    resource: str
    wanted: str
    left: str


def short(quotas: Iterable[Mapping[str, Any]], objects: Iterable[Mapping[str, Any]]) -> list[Short]:
    """Where the objects, all of them new, need more than is left. Quotas with scopes are not looked at.

    Source: Kubernetes, "Resource Quotas".
    """
    wanted = needs(objects)
    found = []
    for quota in quotas:
        if quota["spec"].get("scopes") or quota["spec"].get("scopeSelector"):
            continue
        status = quota.get("status") or {}
        hard, used = status.get("hard") or quota["spec"].get("hard") or {}, status.get("used") or {}
        for name, limit in sorted(hard.items()):
            left = number(limit) - number(used.get(name, "0"))
            if wanted.get(name, Decimal(0)) > left:
                found.append(Short(quota["metadata"]["name"], name, f"{wanted[name]:f}", f"{max(left, Decimal(0)):f}"))
    return found


def needs(objects: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """What the objects take of each resource that a quota can limit."""
    total: dict[str, Decimal] = {}
    for body in objects:
        for name, amount in _needs(body):
            total[name] = total.get(name, Decimal(0)) + amount
    return total


def _needs(body: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    place, plural = PATHS[body["kind"]]
    group = place.split("/")[1] if place.startswith("apis/") else ""
    yield f"count/{plural}{f'.{group}' if group else ''}", Decimal(1)
    if not group:
        yield plural, Decimal(1)
    if body["kind"] == "Pod":
        for name, amount in pod_needs(body["spec"]).items():
            yield name, amount
            if name.startswith("requests."):
                yield name.removeprefix("requests."), amount
    if body["kind"] == "PersistentVolumeClaim":
        yield "requests.storage", number(body["spec"]["resources"]["requests"]["storage"])


def pod_needs(spec: Mapping[str, Any]) -> dict[str, Decimal]:
    """``requests.cpu`` and so on of one pod: init containers run before the others, unless they stay."""
    first = spec.get("initContainers") or ()
    staying = [one for one in first if one.get("restartPolicy") == "Always"]
    together = _sum(_resources(one) for one in (*staying, *spec["containers"]))
    found = dict(together)
    for one in first:
        for name, amount in _resources(one).items():
            found[name] = max(found.get(name, Decimal(0)), amount)
    return found


def _sum(parts: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, Decimal(0)) + amount
    return total


def _resources(container: Mapping[str, Any]) -> dict[str, Decimal]:
    told = container.get("resources") or {}
    return {
        f"{side}.{name}": number(amount)
        for side in ("requests", "limits")
        for name, amount in (told.get(side) or {}).items()
    }


def number(quantity: str) -> Decimal:
    """A quantity of Kubernetes (``500m``, ``1Gi``) as a number."""
    from kubernetes.utils import quantity as library

    parse: Any = library.parse_quantity
    return Decimal(parse(quantity))
