"""The order of creation: what others refer to comes before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.plan.model import Resource

_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            "Namespace",
            "ServiceAccount",
            "Secret",
            "ConfigMap",
            "PersistentVolumeClaim",
            "NetworkPolicy",
            "Service",
            "Job",
            "CronJob",
            "StatefulSet",
            "DaemonSet",
            "Deployment",
            "Pod",
        )
    )
}


def rank(kind: str) -> int:
    """The place of a kind in the order of creation, from 0. Raises ``KeyError`` for a kind that no plan holds."""
    return _RANK[kind]


def in_order(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """The resources by kind, then by name: the same project gives the same sequence."""
    return tuple(sorted(resources, key=_place))


def _place(resource: Resource) -> tuple[int, str]:
    return rank(resource.manifest["kind"]), resource.manifest["metadata"]["name"]
