"""What the loader lets be written is what the pinned specification's schema lets be written, path by path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hybridcompose.load.shapes import BOOLEAN, INTEGER, LIST, MAPPING, NULL, NUMBER, STRING, Shape
from hybridcompose.load.written_form import FILE
from tests.contract.reference import reference_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS = {
    "string": {STRING},
    "boolean": {BOOLEAN},
    "integer": {INTEGER},
    "number": {INTEGER, NUMBER},
    "null": {NULL},
    "array": {LIST},
    "object": {MAPPING},
}
#: Keys that show which names the patterns of the schema and the loader's predicates let through.
PROBES = ("a", "A.b-c_1", "x-a", "", " ", "a b", "a\nb", "\n", "é", "1")


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The schemas of which a value must fit one, each with its ``allOf`` parts folded in."""
    if "$ref" in schema:
        return resolved(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "oneOf" in schema:
        return [found for part in schema["oneOf"] for found in resolved(part, root)]
    folded: dict[str, Any] = {"properties": {}, "patternProperties": {}, **schema}
    for part in schema.get("allOf", ()):
        for found in resolved(part, root):
            folded["properties"] = {**found.get("properties", {}), **folded["properties"]}
            folded["patternProperties"] = {**found.get("patternProperties", {}), **folded["patternProperties"]}
            folded.setdefault("type", found.get("type"))
    return [folded]


def kinds_of(schemas: list[Mapping[str, Any]]) -> set[str]:
    found: set[str] = set()
    for schema in schemas:
        types = schema.get("type", [*KINDS])
        for name in [types] if isinstance(types, str) else types:
            found |= KINDS[name]
    return found


def first(schemas: list[Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    return next((schema for schema in schemas if kind in kinds_of([schema])), {})


def disagreements(schema: Mapping[str, Any], shape: Shape, root: Mapping[str, Any], path: str = "") -> Iterator[str]:
    schemas = resolved(schema, root)
    if kinds_of(schemas) != shape.kinds:
        yield f"{path}: kinds {sorted(shape.kinds)} instead of {sorted(kinds_of(schemas))}"
        return
    text, number, items, keys = (first(schemas, kind) for kind in (STRING, INTEGER, LIST, MAPPING))
    if tuple(text.get("enum", ())) != shape.words:
        yield f"{path}: words {shape.words}"
    if ("pattern" in text) != (shape.text is not None):
        yield f"{path}: pattern {text.get('pattern')}"
    if (number.get("minimum"), number.get("maximum")) != (shape.low, shape.high):
        yield f"{path}: bounds {shape.low} to {shape.high}"
    if LIST in shape.kinds and "items" in items:
        if items.get("uniqueItems", False) != shape.unique:
            yield f"{path}: unique {shape.unique}"
        assert shape.item is not None
        yield from disagreements(items["items"], shape.item, root, f"{path}[]")
    if MAPPING in shape.kinds and shape.keys is not None:
        yield from mapping_disagreements(keys, shape, root, path)


def mapping_disagreements(schema: Mapping[str, Any], shape: Shape, root: Mapping[str, Any], path: str) -> Iterator[str]:
    import re

    properties: Mapping[str, Any] = schema.get("properties", {})
    assert shape.keys is not None
    if set(properties) != set(shape.keys):
        yield f"{path}: keys {sorted(set(properties) ^ set(shape.keys))} on one side only"
        return
    if set(schema.get("required", ())) != set(shape.required):
        yield f"{path}: required {shape.required}"
    if {key for part in schema.get("anyOf", ()) for key in part["required"]} != set(shape.one_of):
        yield f"{path}: one of {shape.one_of}"
    closed = schema.get("additionalProperties", True) is False or schema.get("unevaluatedProperties", True) is False
    patterns: Mapping[str, Any] = schema.get("patternProperties", {})
    for probe in PROBES:
        allowed = not closed or any(re.search(pattern.replace("$", r"\Z"), probe) for pattern in patterns)
        ours = shape.open or (shape.extensions and probe.startswith("x-"))
        ours = ours or (shape.named is not None and shape.named[0](probe))
        if allowed != bool(ours):
            yield f"{path}: a key {probe!r} is {'refused' if allowed else 'let through'}"
    for key, below in properties.items():
        yield from disagreements(below, shape.keys[key], root, f"{path}.{key}")
    for pattern, below in patterns.items():
        if pattern != "^x-" and shape.named is not None:
            yield from disagreements(below, shape.named[1], root, f"{path}.*")


def test_every_path_of_the_schema_has_the_same_shape() -> None:
    text = (reference_directory() / "schema" / "compose-spec.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert list(disagreements(schema, FILE, schema)) == []
