"""Writes schemas/: JSON Schema of ``x-hybridcompose`` and of the configuration file (``python -m tools.schemas``).

Both come from the models that the program reads with. A test compares them with what is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from hybridcompose.diagnostics import Code
from hybridcompose.spec.configuration import Configuration
from hybridcompose.spec.extension import PLACES
from hybridcompose.spec.project import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

SCHEMAS = Path(__file__).parents[1] / "schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def extension_schema() -> dict[str, Any]:
    """What a compose file may say in ``x-hybridcompose``; of everything else it says nothing."""
    references, definitions = models_json_schema([(model, "validation") for model in PLACES.values()])
    own = {place: references[model, "validation"] for place, model in PLACES.items()}
    elements = {place.removesuffix(".*"): _element(reference) for place, reference in own.items() if place}
    return {
        "$schema": _DIALECT,
        "title": f"{EXTENSION} in a compose file",
        "type": "object",
        "properties": {EXTENSION: own[""], **elements},
        "$defs": _with_codes(_tidied(definitions["$defs"])),
    }


def configuration_schema() -> dict[str, Any]:
    """What the configuration file may say."""
    schema: dict[str, Any] = _tidied(Configuration.model_json_schema())
    return {"$schema": _DIALECT, **schema, "title": "The configuration file of hybridcompose"}


def _element(reference: dict[str, Any]) -> dict[str, Any]:
    return {"additionalProperties": {"properties": {EXTENSION: reference}}}


def _with_codes(definitions: dict[str, Any]) -> dict[str, Any]:
    """Lists of codes, with the codes that there are."""
    for definition in definitions.values():
        accept = definition.get("properties", {}).get("accept")
        if accept is not None:
            accept["items"] = {"enum": sorted(code.value for code in Code)}
    return definitions


def _tidied(schema: Any) -> Any:
    """Without titles, which say what the key says, and without ``null``, which nobody writes."""
    if isinstance(schema, list):
        return [_tidied(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _tidied(entry) for key, entry in schema.items() if not (key == "title" and isinstance(entry, str))}
    choices = [entry for entry in kept.get("anyOf", ()) if entry != {"type": "null"}]
    if "anyOf" in kept and len(choices) == 1:
        kept = {**choices[0], **{key: entry for key, entry in kept.items() if key != "anyOf"}}
    elif "anyOf" in kept:
        kept["anyOf"] = choices
    return {key: entry for key, entry in kept.items() if not (key == "default" and entry is None)}


def settings(model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """Every setting of a model: its path, what it takes, what it is."""
    schema = _tidied(model.model_json_schema())
    return _settings(schema, schema.get("$defs", {}), "")


def _settings(schema: dict[str, Any], definitions: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    for key, field in schema.get("properties", {}).items():
        inner = f"{path}.{key}".lstrip(".")
        yield inner, _kind(field), field.get("description", "")
        below = definitions.get(_name(field), {})
        yield from _settings(below, definitions, inner)


def _name(field: dict[str, Any]) -> str:
    """The definition that a field refers to."""
    references = [field, *field.get("anyOf", ()), *field.get("allOf", ())]
    return next((entry["$ref"].rpartition("/")[2] for entry in references if "$ref" in entry), "")


def _kind(field: dict[str, Any]) -> str:
    """What a field takes, in a few words."""
    constants = [f"`{entry['const']}`" for entry in field.get("anyOf", ()) if "const" in entry]
    if "enum" in field:
        return ", ".join(f"`{entry}`" for entry in field["enum"])
    if _name(field):
        return ", ".join([*constants, "mapping"])
    kinds = {"array": "list", "object": "mapping", "boolean": "`true`, `false`", "integer": "number"}
    kind = field.get("type", "")
    return str(kinds.get(kind, kind))


def schemas() -> dict[str, str]:
    """The generated files by name."""
    found = {"x-hybridcompose.json": extension_schema(), "configuration.json": configuration_schema()}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in found.items()}


def main() -> None:
    SCHEMAS.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
