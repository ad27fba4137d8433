"""``gc``: namespaces of runs that nobody ended, such as those of a CI job that was killed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster import execute
from hybridcompose.cluster.parse import seconds
from hybridcompose.plan.labels import EXPIRES, PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.cluster.api import Api
    from hybridcompose.engine.target import Console, Target


class Environment(NamedTuple):
    """A namespace that was made for a project. Times in seconds since 1970; ``expires`` is 0 where it never does."""

    namespace: str
    project: str
    created: float
    expires: float


def expire(target: Target, lifetime: float) -> None:
    """From now on the project's own namespace lives so many seconds; a shared one is nobody's to end."""
    found = target.find()
    if found is not None and found.owner == target.label:
        until = datetime.fromtimestamp(time.time() + lifetime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        execute.annotate_namespace(target.api, target.namespace, {EXPIRES: until})


def collect(api: Api, console: Console, *, older_than: float | None = None, dry_run: bool = False) -> None:
    """Removes what has expired, and with ``older_than`` what was made so many seconds ago, with its volumes.

    Raises ``ClusterError`` where namespaces may not be listed or removed.
    """
    found = list(over(_environments(api), time.time(), older_than))
    for one in found:
        if not dry_run:
            execute.delete_namespace(api, one.namespace)
        console.out(f"{one.namespace} ({one.project})")
    if not found:
        console.note("nothing to remove: no namespace has expired")


def _environments(api: Api) -> Iterator[Environment]:
    for body in execute.own_namespaces(api):
        metadata = body["metadata"]
        expires = seconds((metadata.get("annotations") or {}).get(EXPIRES))
        project = metadata["labels"].get(PROJECT, "")
        yield Environment(metadata["name"], project, seconds(metadata["creationTimestamp"]), expires)


def over(found: Iterable[Environment], now: float, older_than: float | None) -> Iterator[Environment]:
    """Those whose time is over."""
    for one in found:
        if (one.expires and one.expires <= now) or (older_than is not None and now - one.created > older_than):
            yield one
