"""A whole plan as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from hybridcompose.diagnostics import Code, Diagnostic, HybridComposeError, Severity, TranslateError, format_path

if TYPE_CHECKING:
    from hybridcompose.plan import Plan, Resource

Format = Literal["yaml", "json"]
#: The forms that manifests can be printed in.
FORMATS: tuple[Format, ...] = get_args(Format)


def render(plan: Plan, format: Format = "yaml") -> str:  # noqa: A002  (the public name of the option)
    """All objects of ``plan`` as one text that ``kubectl apply -f -`` reads; the same plan gives the same bytes.

    ``yaml``: a stream of documents, each under a comment that says why it exists. ``json``: one ``v1`` List.
    Raises ``TranslateError`` where an object holds text that is not valid Unicode.
    """
    check_format(format)
    text = _list(plan) if format == "json" else _stream(plan)
    if not _encodable(text):
        for resource in plan.resources:
            document(resource, format)
    return text


def document(resource: Resource, format: Format = "yaml") -> str:  # noqa: A002  (the public name of the option)
    """One object as a document of its own, with the comment that says why it exists (JSON has no comments).

    Raises ``TranslateError`` where a value came from bytes that are not UTF-8.
    """
    text = _json(resource) if format == "json" else _yaml(resource)
    if not _encodable(text):
        message = f"{resource.key} would hold text that is not valid UTF-8, and Kubernetes stores nothing else"
        remedy = "look for bytes of another encoding in the environment, in env files and in configs"
        raise TranslateError([Diagnostic(Code.INVALID_VALUE, Severity.ERROR, message, resource.cause, remedy)])
    return text


def check_format(name: str) -> None:
    """Raises ``HybridComposeError`` where ``name`` is no format."""
    if name not in FORMATS:
        message = f"there is no output format {name!r}"
        remedy = f"choose one of {', '.join(FORMATS)}"
        raise HybridComposeError([Diagnostic(Code.INVALID_OPTION, Severity.ERROR, message, remedy=remedy)])


def _list(plan: Plan) -> str:
    from hybridcompose.render import json

    return json.dump({"apiVersion": "v1", "kind": "List", "items": [entry.manifest for entry in plan.resources]})


def _json(resource: Resource) -> str:
    from hybridcompose.render import json

    return json.dump(resource.manifest)


def _stream(plan: Plan) -> str:
    from hybridcompose.render.yaml import Texts, dump

    texts = Texts()
    return "---\n".join(f"# {_comment(entry)}\n{dump(entry.manifest, texts)}" for entry in plan.resources)


def _yaml(resource: Resource) -> str:
    from hybridcompose.render.yaml import dump

    return f"# {_comment(resource)}\n{dump(resource.manifest)}"


def _comment(resource: Resource) -> str:
    """Cause and reason on one line, without anything that a YAML parser refuses in a comment."""
    cause = format_path(resource.cause)
    text = f"{cause}: {resource.reason}" if cause else resource.reason
    if "  " not in text and text.isprintable():  # of all blanks, the plain space alone is
        return text.strip(" ")
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(filter(str.isprintable, line))


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
