"""What pydantic finds wrong in settings, as findings: where, what, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics.codes import Code
from hybridcompose.diagnostics.model import ComposePath, Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

_MESSAGES = {
    "bool_type": ("must be true or false", "write true or false"),
    "dict_type": ("must be a mapping", "write key: value pairs below it"),
    "int_type": ("must be a whole number", "write a number without quotes or fraction"),
    "model_type": ("must be a mapping", "write key: value pairs below it"),
    "string_type": ("must be a string", "put it in quotes"),
    "tuple_type": ("must be a list", "write one entry a line, each after a dash"),
}


def findings_of(error: ValidationError, model: type[BaseModel], at: ComposePath = ()) -> list[Diagnostic]:
    """The findings of a failed validation of ``model``, which stands at ``at``, each once, in the order of the file."""
    found = (_finding(details, model, at) for details in error.errors(include_url=False, include_input=False))
    return list(dict.fromkeys(found))


def misspelt(name: str, known: Iterable[str]) -> str:
    """``did you mean …?`` for something near, else what there is."""
    import difflib

    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else f"use {', '.join(names)}"


def _finding(details: ErrorDetails, model: type[BaseModel], at: ComposePath) -> Diagnostic:
    inner = tuple(part for part in details["loc"] if part != "[key]")
    path, kind = (*at, *inner), details["type"]
    if kind == "extra_forbidden":
        remedy = misspelt(str(inner[-1]), _keys(model, inner[:-1]))
        return Diagnostic(Code.UNKNOWN_KEY, Severity.ERROR, f'unknown key "{inner[-1]}"', path, remedy)
    if kind == "missing":
        message, remedy = f"{inner[-1]} is required", f"write {inner[-1]}: …"
        return Diagnostic(Code.INVALID_VALUE, Severity.ERROR, message, path[:-1], remedy)
    if kind == "literal_error":
        remedy = f"write {details.get('ctx', {}).get('expected', '')}"
        return Diagnostic(Code.INVALID_VALUE, Severity.ERROR, "unknown value", path, remedy)
    message, remedy = _MESSAGES.get(kind, ("", ""))
    if not message:
        message, _, remedy = details["msg"].removeprefix("Value error, ").partition(": ")
    return Diagnostic(Code.INVALID_VALUE, Severity.ERROR, message, path, remedy or None)


def _keys(model: type[BaseModel], inner: ComposePath) -> Iterable[str]:
    """The keys that may stand at a place inside ``model``."""
    from hybridcompose.spec.schema import model_at

    found = model_at(inner, model)
    return found.model_fields if found is not None else ()
