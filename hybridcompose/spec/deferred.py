"""Models that are imported and built when a project first uses them.

Building the validators of the whole specification takes longer than loading a small project. The
sections that most services do not have are therefore read by a function that imports their model.
"""

from __future__ import annotations

import importlib
from typing import Annotated, Any

from pydantic_core import core_schema


class Deferred:
    """Where the model is found."""

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def read(self, value: object) -> Any:
        model = getattr(importlib.import_module(self.module), self.name)
        return model.model_validate(value)

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)


def deferred(name: str, module: str) -> Any:
    """A stand-in, as an annotation, for the model ``name`` of ``module``."""
    return Annotated[Any, Deferred(module, name)]
