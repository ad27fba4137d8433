"""JSON in the same reading order as the YAML form."""

from __future__ import annotations

import json
from typing import Any

from hybridcompose.render.keys import in_reading_order


def dump(value: object) -> str:
    """``value`` as indented JSON with a newline at the end; text stays readable UTF-8."""
    return json.dumps(_ordered(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in in_reading_order(value)}
    if isinstance(value, (list, tuple)):
        return [_ordered(entry) for entry in value]
    return value
