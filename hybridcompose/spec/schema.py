"""The shape of the specification, read from its models: which model stands at a compose path."""

from __future__ import annotations

import importlib
import typing
from typing import Any

from pydantic import BaseModel

from hybridcompose.spec.deferred import Deferred
from hybridcompose.spec.project import Project


def model_at(path: tuple[str | int, ...], root: type[BaseModel] = Project) -> type[BaseModel] | None:
    """The model whose keys may stand at a path below ``root``, or ``None`` where keys are free or there are none."""
    annotation: Any = root
    for part in path:
        annotation = _below(annotation, part)
    models = [found for found in _alternatives(annotation) if isinstance(found, type) and issubclass(found, BaseModel)]
    return models[0] if models else None


def _below(annotation: Any, part: str | int) -> Any:
    for found in _alternatives(annotation):
        arguments = typing.get_args(found)
        if isinstance(found, type) and issubclass(found, BaseModel):
            if part in found.model_fields:
                return typing.get_type_hints(found, include_extras=True)[str(part)]
        elif typing.get_origin(found) is dict:
            return arguments[1]
        elif typing.get_origin(found) is tuple:
            return arguments[0]
    return None


def _alternatives(annotation: Any) -> list[Any]:
    """The members of a union, with annotations taken off and deferred models resolved."""
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *notes = typing.get_args(annotation)
        deferred = [note for note in notes if isinstance(note, Deferred)]
        if deferred:
            return [getattr(importlib.import_module(deferred[0].module), deferred[0].name)]
        return _alternatives(inner)
    if typing.get_origin(annotation) is not None and typing.get_origin(annotation) not in (dict, tuple, list):
        return [found for argument in typing.get_args(annotation) for found in _alternatives(argument)]
    return [annotation]
