"""The Kubernetes client, of which only the parts are imported that somebody asks for.

``import kubernetes`` imports informers, a dynamic client, schema validation and leader election, which is most of
what a command takes before it does anything. Here the package is known, and its ``__init__`` has not run; it runs when
anything is asked of the package itself, so that other users of the client find all of it.
"""

from __future__ import annotations

import sys
import threading
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_NAME = "kubernetes"
_LOCK = threading.RLock()


class _Package(ModuleType):
    """The package until its ``__init__`` runs."""

    _running = False

    def __getattr__(self, name: str) -> Any:
        # Tools look for names with underscores on whatever they see.
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        with _LOCK:
            if type(self) is not _Package:
                return getattr(self, name)
            if self._running:
                raise AttributeError(name)
            _run(self)
        return getattr(self, name)


def _run(package: _Package) -> None:
    spec = package.__spec__
    if spec is None or spec.loader is None:
        raise ImportError(_NAME)
    package._running = True
    try:
        spec.loader.exec_module(package)
        # An assignment that Python allows between kinds of modules, and mypy does not know of.
        object.__setattr__(package, "__class__", ModuleType)
    finally:
        del package._running


def in_parts() -> None:
    """Lets ``from kubernetes.client import …`` import that part alone. Does nothing where the client is imported."""
    with _LOCK:
        spec = None if _NAME in sys.modules else find_spec(_NAME)
        if spec is not None:
            package = module_from_spec(spec)
            object.__setattr__(package, "__class__", _Package)
            sys.modules[_NAME] = package
