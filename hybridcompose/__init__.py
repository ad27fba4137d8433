"""Docker Compose files on Kubernetes: images built with Kaniko Jobs, services run as Pods and Services.

    import hybridcompose as hc

    project = hc.load("compose.yml", profiles=["test"])
    plan = hc.translate(project, registry="registry.ci:5000", namespace="ci-42")
    print(hc.render(plan))

    with hc.up(project, registry="registry.ci:5000") as environment:
        code = environment.wait("tests")

Importing the package imports nothing else: each name is fetched when it is first used.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybridcompose.api import build, configuration, gather, load, render, translate, up, write
    from hybridcompose.diagnostics import (
        BuildError,
        ClusterError,
        Code,
        Diagnostic,
        HybridComposeError,
        LoadError,
        Location,
        OutputError,
        ServiceError,
        Severity,
        TimedOutError,
        TranslateError,
    )
    from hybridcompose.engine.environment import Container, Environment
    from hybridcompose.gather.facts import Facts
    from hybridcompose.plan import Plan, Resource
    from hybridcompose.spec import Project

__version__ = "0.1.0"

_HOME = {
    "BuildError": "diagnostics",
    "ClusterError": "diagnostics",
    "Code": "diagnostics",
    "Container": "engine.environment",
    "Diagnostic": "diagnostics",
    "Environment": "engine.environment",
    "Facts": "gather.facts",
    "HybridComposeError": "diagnostics",
    "LoadError": "diagnostics",
    "Location": "diagnostics",
    "OutputError": "diagnostics",
    "Plan": "plan",
    "Project": "spec",
    "Resource": "plan",
    "ServiceError": "diagnostics",
    "Severity": "diagnostics",
    "TimedOutError": "diagnostics",
    "TranslateError": "diagnostics",
    "build": "api",
    "configuration": "api",
    "gather": "api",
    "load": "api",
    "render": "api",
    "translate": "api",
    "up": "api",
    "write": "api",
}

__all__ = [
    "BuildError",
    "ClusterError",
    "Code",
    "Container",
    "Diagnostic",
    "Environment",
    "Facts",
    "HybridComposeError",
    "LoadError",
    "Location",
    "OutputError",
    "Plan",
    "Project",
    "Resource",
    "ServiceError",
    "Severity",
    "TimedOutError",
    "TranslateError",
    "__version__",
    "build",
    "configuration",
    "gather",
    "load",
    "render",
    "translate",
    "up",
    "write",
]


if not TYPE_CHECKING:
    # A type checker would take every misspelt name for an attribute.
    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps ``hybridcompose.load`` the function.

    The import system binds each subpackage as an attribute of its parent when it is first imported, and the
    subpackages that do the work are named like the public functions.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name in _HOME and isinstance(value, ModuleType):
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
