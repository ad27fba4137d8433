"""Rows of the deploy keys that nothing translates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.rows import diagnosed, pending

if TYPE_CHECKING:
    from hybridcompose.translate.registry.row import Row

_UPDATE_PARTS = (
    ".delay",
    ".failure_action",
    ".max_failure_ratio",
    ".monitor",
    ".order",
    ".parallelism",
)
_ONCE = "Pods are created once and replaced as a whole: nothing updates them step by step."

ROWS: tuple[Row, ...] = (
    *pending(
        "services.*.deploy.placement",
        "The scheduler chooses the nodes.",
        parts=(".constraints", ".max_replicas_per_node", ".preferences", ".preferences[].spread"),
    ),
    *diagnosed("services.*.deploy.rollback_config", _ONCE, parts=_UPDATE_PARTS),
    *diagnosed("services.*.deploy.update_config", _ONCE, parts=_UPDATE_PARTS),
)
