"""The validate stage: the canonical tree into the models of the specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Severity
from hybridcompose.diagnostics.remedies import meant, parted
from hybridcompose.load.written_form import FILE
from hybridcompose.spec.project import Project

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from hybridcompose.load.context import Context
    from hybridcompose.load.shapes import Shape

#: Where a secret's content from the environment is kept until the models take it over.
CONTENT = "x-#value"

_MESSAGES: dict[str, str] = {
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "missing": "is required",
    "model_type": "must be a mapping",
    "string_type": "must be a string",
    "tuple_type": "must be a list",
}
_REMEDIES: dict[str, str] = {
    "string_type": "put it in quotes",
    "tuple_type": "write one entry a line, each after a dash",
}


def to_project(tree: dict[str, Any], context: Context) -> Project:
    """The project of a canonical tree. With mistakes in it: that of the rest, and the context keeps what was found.

    Raises ``LoadError`` where the rest is no project.
    """
    try:
        return Project.model_validate(_with_extensions(tree, FILE))
    except ValidationError as error:
        context.report(_findings(error), tree)
    try:
        return Project.model_validate(_with_extensions(tree, FILE))
    except ValidationError:
        raise LoadError(context.errors) from None


def _with_extensions(value: Any, shape: Shape | None) -> Any:
    """``x-*`` keys set apart where the specification has them, so that other keys can be held against it."""
    if shape is None or not isinstance(value, (dict, list)):
        return value
    if isinstance(value, list):
        return [_with_extensions(entry, shape.item) for entry in value]
    copy: dict[str, Any] = {}
    extensions: dict[str, Any] = {}
    keys, other = shape.keys or {}, shape.named[1] if shape.named else None
    for key, entry in value.items():
        if key.startswith("x-") and shape.extensions:
            extensions[key] = entry
        elif isinstance(entry, (dict, list)):
            copy[key] = _with_extensions(entry, keys.get(key, other))
        else:
            copy[key] = entry
    if CONTENT in extensions:
        copy["#content"] = extensions.pop(CONTENT)
    if extensions:
        copy["#extensions"] = extensions
    return copy


def _findings(error: ValidationError) -> list[Diagnostic]:
    findings: dict[tuple[ComposePath, str], Diagnostic] = {}
    for details in error.errors(include_url=False, include_input=False):
        finding = _finding(details)
        findings.setdefault((finding.path, finding.message), finding)
    return list(findings.values())


def _finding(details: ErrorDetails) -> Diagnostic:
    path = tuple(part for part in details["loc"] if part != "[key]")
    kind = details["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        remedy = f"write {path[-1]}: …"
        return Diagnostic(Code.INVALID_VALUE, Severity.ERROR, f"{path[-1]} is required", path[:-1], remedy)
    if kind == "literal_error":
        expected = details.get("ctx", {}).get("expected", "")
        return Diagnostic(Code.INVALID_VALUE, Severity.ERROR, "unknown value", path, f"write {expected}")
    message, instead = parted(_MESSAGES.get(kind, details["msg"].removeprefix("Value error, ")))
    return Diagnostic(Code.INVALID_VALUE, Severity.ERROR, message, path, instead or _REMEDIES.get(kind))


def _unknown_key(path: ComposePath) -> Diagnostic:
    if len(path) == 1:
        return Diagnostic(
            Code.UNKNOWN_KEY,
            Severity.ERROR,
            f'unknown top-level key "{path[0]}"',
            path,
            _did_you_mean(path) or "if it is a service, write services: above it and indent it below",
        )
    remedy = _did_you_mean(path) or "remove it, or prefix it with x- if it is yours"
    return Diagnostic(Code.UNKNOWN_KEY, Severity.ERROR, f'unknown key "{path[-1]}"', path, remedy)


def _did_you_mean(path: ComposePath) -> str | None:
    return meant(str(path[-1]), _keys_beside(path))


def _keys_beside(path: ComposePath) -> list[str]:
    """The keys that the specification has where ``path`` ends."""
    from hybridcompose.spec.schema import model_at

    model = model_at(path[:-1])
    return (
        [key for key in model.model_fields if not (model.model_fields[key].alias or "").startswith("#")]
        if model is not None
        else []
    )
