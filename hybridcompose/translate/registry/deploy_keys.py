"""Rows of the deploy keys that nothing translates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.rows import diagnosed

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
_ONCE = "Kubernetes undoes no update by itself."
_STEPS = "An update goes on as soon as new pods are ready, and stays where they are not."

ROWS: tuple[Row, ...] = (
    *diagnosed("services.*.deploy.rollback_config", _ONCE, parts=_UPDATE_PARTS),
    *(
        row
        for part in (".delay", ".failure_action", ".max_failure_ratio", ".monitor")
        for row in diagnosed(f"services.*.deploy.update_config{part}", _STEPS)
    ),
)
