"""All rows of the registry, found by the paths of the Compose schema."""

from __future__ import annotations

from functools import cache
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
    restart,
    scheduling,
    security,
    storage,
    workload,
)
from hybridcompose.translate.registry import deploy_keys, job_keys, project_keys, service_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.registry.row import Row


def by_path(rows: Iterable[Row]) -> dict[str, Row]:
    """The rows by path. Raises ``ValueError`` where two rows have the same."""
    found: dict[str, Row] = {}
    for row in rows:
        if found.setdefault(row.path, row) is not row:
            raise ValueError(f"two registry rows for {row.path}")
    return found


#: Rows that stand somewhere as they are.
WRITTEN: tuple[Row, ...] = tuple(
    row
    for module in (
        project_keys,
        labels,
        workload,
        restart,
        process,
        environment,
        security,
        resources,
        health,
        ordering,
        network,
        ports,
        storage,
        configs,
        kaniko,
        lifecycle,
        scheduling,
        service_keys,
        deploy_keys,
        job_keys,
    )
    for row in module.ROWS
)

_OF_WRITTEN = by_path(WRITTEN)
#: Where the rows are derived from those of services.
DERIVED = ("jobs", "services.*.pre_start")
#: Every row; made when it is asked for, since few projects have jobs or hooks.
ROWS: tuple[Row, ...]


def __getattr__(name: str) -> object:
    if name != "ROWS":
        raise AttributeError(name)
    globals()[name] = found = tuple(_every().values())
    return found


@cache
def _every() -> dict[str, Row]:
    return by_path((*WRITTEN, *job_keys.derived(_OF_WRITTEN)))


#: Paths of the schema that the loader resolves: no model holds them.
LOADER_ONLY = frozenset(
    (
        "configs.*.external.name",
        "include",
        "include[].env_file",
        "include[].path",
        "include[].project_directory",
        "networks.*.external.name",
        "secrets.*.external.name",
        "version",
        "volumes.*.external.name",
    )
)

#: Paths that only the canonical form has, with the path of the schema that covers them.
CANONICAL_ONLY = {
    "secrets.*.content": "secrets.*",
    **{
        f"{parent}.{path}": f"{parent}.{path.rpartition('.')[0]}"
        for parent in ("services.*", "services.*.pre_start[]", "jobs.*")
        for path in ("storage_opt.*", "ulimits.*.single")
    },
    "services.*.build.ulimits.*.single": "services.*.build.ulimits.*",
    "jobs.*.build.ulimits.*.single": "jobs.*.build.ulimits.*",
}


@cache
def _inner() -> frozenset[str]:
    """Paths of mappings and lists whose entries have rows of their own."""
    return frozenset(path[:end] for path in _every() for end in range(len(path)) if path[end] in ".[")


def row_of(path: str) -> Row:
    """The row of a schema path such as ``services.*.ports[].target``. Raises ``KeyError`` for any other path."""
    covered = CANONICAL_ONLY.get(path, path)
    return _OF_WRITTEN.get(covered) or _every()[covered]


def schema_path(path: ComposePath) -> str:
    """The schema path of a place in a project: ``("services", "web", "ports", 0)`` is at ``services.*.ports``.

    An entry of a list of plain values is at the list's path. Raises ``KeyError`` for what the schema does not know.
    """
    pattern = ""
    for part in path:
        pattern = f"{pattern}[]" if isinstance(part, int) else _below(pattern, part)
    covered = CANONICAL_ONLY.get(pattern, pattern)
    return row_of(covered.removesuffix("[]")).path


def _below(pattern: str, key: str) -> str:
    literal = f"{pattern}.{key}" if pattern else key
    return literal if literal in _every() or literal in _inner() or literal in CANONICAL_ONLY else f"{pattern}.*"
