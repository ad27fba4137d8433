"""The attribute paths of the Compose schema: derived from our models, and from the reference's JSON Schema."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from hybridcompose.spec import Project
from hybridcompose.spec.base import Spec

if TYPE_CHECKING:
    from collections.abc import Iterator


def model_paths() -> frozenset[str]:
    """Every path that a project in canonical form can hold."""
    return frozenset(path for path in _of_model(Project, "") if path)


def _of_model(model: type[Spec], path: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name != "extensions":
            key = f"{path}.{name}" if path else name
            yield key
            yield from _of_type(Annotated[field.annotation, *field.metadata, None], key)


def _of_type(annotation: Any, path: str) -> Iterator[str]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        deferred = [entry for entry in arguments[1:] if hasattr(entry, "module") and hasattr(entry, "read")]
        if deferred:
            model = getattr(importlib.import_module(deferred[0].module), deferred[0].name)
            yield from _of_model(model, path)
        else:
            yield from _of_type(arguments[0], path)
    elif isinstance(annotation, type) and issubclass(annotation, Spec):
        yield from _of_model(annotation, path)
    elif origin is dict:
        yield f"{path}.*"
        yield from _of_type(arguments[1], f"{path}.*")
    elif origin is tuple:
        yield from _of_type(arguments[0], f"{path}[]")
    else:
        for alternative in arguments if type(None) in arguments else ():
            yield from _of_type(alternative, path)


def reference_paths(schema: dict[str, Any]) -> frozenset[str]:
    """Every attribute path that a JSON Schema declares; ``*`` is any key of a mapping, ``[]`` any item of a list."""
    return frozenset(_of_schema(schema, "", schema["$defs"], frozenset()))


def _of_schema(node: dict[str, Any], path: str, definitions: dict[str, Any], entered: frozenset[str]) -> Iterator[str]:
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in entered:
            yield from _of_schema(definitions[name], path, definitions, entered | {name})
        return
    for alternative in (*node.get("oneOf", ()), *node.get("anyOf", ()), *node.get("allOf", ())):
        yield from _of_schema(alternative, path, definitions, entered)
    for key, below in _keys(node):
        inner = f"{path}.{key}" if path else key
        yield inner
        if isinstance(below, dict):
            yield from _of_schema(below, inner, definitions, entered)
    if isinstance(node.get("items"), dict):
        yield from _of_schema(node["items"], f"{path}[]", definitions, entered)


def _keys(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from node.get("properties", {}).items()
    for pattern, below in node.get("patternProperties", {}).items():
        if "x-" not in pattern and isinstance(below, dict):
            yield "*", below
    if isinstance(node.get("additionalProperties"), dict):
        yield "*", node["additionalProperties"]
