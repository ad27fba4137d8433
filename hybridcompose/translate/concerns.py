"""What happens to a service: the table of contents of the translation, and what of it one service needs."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from hybridcompose.translate import (
    configs,
    environment,
    health,
    kaniko,
    labels,
    lifecycle,
    network,
    ordering,
    ports,
    process,
    resources,
    scheduling,
    security,
    storage,
    workload,
)
from hybridcompose.translate.registry.index import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.translate.scope import Concern

#: What happens to each service, in this order.
CONCERNS: tuple[Concern, ...] = (
    *workload.CONCERNS,
    *labels.CONCERNS,
    *process.CONCERNS,
    *kaniko.CONCERNS,
    *environment.CONCERNS,
    *security.CONCERNS,
    *resources.CONCERNS,
    *health.CONCERNS,
    *ports.CONCERNS,
    *network.CONCERNS,
    *ordering.CONCERNS,
    *lifecycle.CONCERNS,
    *scheduling.CONCERNS,
    *storage.CONCERNS,
    *configs.CONCERNS,
    *scheduling.LAST_CONCERNS,
    *lifecycle.LAST_CONCERNS,
)

#: What has something to do for a service that gives none of its keys: for the image's sake, or that of the others.
UNASKED = frozenset(
    (
        health.health,
        kaniko.build,
        network.dns_labels,
        network.resolver,
        process.image,
        process.pull_policy,
        security.seccomp,
        security.supplementary_groups,
        security.sysctls,
        storage.storage,
        workload.pod_basics,
        workload.stop_grace_period,
    )
)

_SERVICE = "services.*."


@cache
def keys() -> Mapping[object, frozenset[str]]:
    """The keys of a service that each function translates, as the registry has them."""
    found: dict[object, set[str]] = {}
    for row in WRITTEN:
        if row.path.startswith(_SERVICE):
            key = row.path.removeprefix(_SERVICE).partition(".")[0].removesuffix("[]")
            found.setdefault(row.function, set()).add(key)
    return {function: frozenset(entries) for function, entries in found.items()}


@lru_cache(maxsize=1024)
def concerns_for(given: frozenset[str]) -> tuple[Concern, ...]:
    """The concerns of a service that gives these keys: most give few, and a project's services the same few."""
    return tuple(concern for concern in CONCERNS if concern in UNASKED or not given.isdisjoint(keys()[concern]))
