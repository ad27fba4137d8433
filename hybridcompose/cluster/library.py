"""The Kubernetes client, of which only the parts are imported that somebody asks for.

``import kubernetes`` imports informers, a dynamic client, schema validation and leader election, which is most of
what a command takes before it does anything. Here the package is known, and its ``__init__`` has not run; it runs when
anything is asked of the package itself, so that other users of the client find all of it.

What it imports itself to renew tokens of OpenID providers (a second HTTP client among it), to run requests in a pool
and to read the dates of its models waits until it is used: hardly any run does.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from pkgutil import resolve_name
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = "kubernetes"
#: What the client imports and seldom uses; a module within a package after that, where both are meant.
_RARE = ("oauthlib", "oauthlib.oauth2", "requests_oauthlib", "dateutil.parser", "multiprocessing.pool")
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


class _Later(ModuleType):
    """A module, or something in one, that is imported when it is called, or asked for what it has."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        whole = f"{self.__name__}.{name}"
        return _Later(whole) if sys.modules.get(self.__name__) is self else resolve_name(whole)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return resolve_name(self.__name__)(*arguments, **options)


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


@contextmanager
def rare_ones_later() -> Iterator[None]:
    """Parts of the client that are imported in the block import what they seldom use when they use it.

    What is imported already stays, and everybody else's imports are as ever.
    """
    wanted = () if f"{_NAME}.config" in sys.modules else _RARE
    # No lock here: who imports holds locks of its own, and may wait in ``__getattr__`` above.
    late = {name: _Later(name) for name in wanted if name.partition(".")[0] not in sys.modules}
    sys.modules.update(late)
    try:
        yield
    finally:
        for name, module in late.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
