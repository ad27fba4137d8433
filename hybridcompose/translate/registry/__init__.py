"""The registry: one row for every path of the Compose schema, and what becomes of it.

Imported when it is first asked for: the modules that hold rows import ``registry.row``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybridcompose.translate.registry.index import CANONICAL_ONLY, LOADER_ONLY, ROWS, row_of, schema_path

__all__ = ["CANONICAL_ONLY", "LOADER_ONLY", "ROWS", "row_of", "schema_path"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.index"), name)
