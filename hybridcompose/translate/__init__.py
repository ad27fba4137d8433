"""Translation: a project and what is known around it become a plan of Kubernetes objects. Pure."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybridcompose.translate.options import Options
    from hybridcompose.translate.project import translate

__all__ = ["Options", "translate"]


_HOME = {"Options": "options", "translate": "project"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
