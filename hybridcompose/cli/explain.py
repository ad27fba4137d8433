"""``explain``: what becomes of a compose key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose import api
from hybridcompose.cli.streams import emit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.cli.session import Session
    from hybridcompose.plan import Plan
    from hybridcompose.spec import Project
    from hybridcompose.translate.explain import Explanation, Key, Overview
    from hybridcompose.translate.registry.paths import Found

#: Stands for a registry that is not named: no image is pushed here.
_ANY_REGISTRY = "registry.invalid"
#: Keys of the JSON form that are called otherwise in Python.
_NAMES = {"key_class": "class", "schema_path": "schemaPath"}


@click.command("explain", short_help="Say what becomes of a compose key.")
@click.argument("path", required=False)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output form."
)
@click.pass_obj
def command(session: Session, /, path: str | None, format_: str) -> None:
    """Say what becomes of a compose key: fields, class, difference, remedy, and the function that translates it.

    PATH is a place in a project (services.web.healthcheck, with what it changes there) or any such key
    (services.*.healthcheck, short: healthcheck), which needs no project. Without PATH: the keys of the project,
    or of the whole specification, with their class.
    """
    from hybridcompose.translate import explain

    if path is None:
        overview = explain.overview(session.load_if_there())
        emit(_json(overview) if format_ == "json" else "".join(_listing(overview)))
        return
    explanation = _explanation(session, path)
    emit(_json(explanation) if format_ == "json" else "".join(f"{line}\n" for line in _lines(explanation)))


def _explanation(session: Session, text: str) -> Explanation:
    from hybridcompose.translate.explain import explain, in_project

    project = session.load_if_there() if _names_a_place(text) else None
    found = _found(text, project)
    if project is None or not found.concrete:
        return explain(found)
    _check_name(found, project)
    return explain(found, in_project(found, project, _plan))


def _names_a_place(text: str) -> bool:
    """Whether a path may name a place in a project. A mistake is told before any project is read."""
    # services.healthcheck is a service where one has that name.
    return _found(text, None).concrete or (text.startswith("services.") and "*" not in text)


def _found(text: str, project: Project | None) -> Found:
    from hybridcompose.translate.registry.paths import UnknownPathError, find

    try:
        return find(text, project.services if project is not None else ())
    except UnknownPathError as error:
        hint = f". Did you mean {error.nearest}?" if error.nearest else ""
        raise click.BadParameter(f"{error}{hint}", param_hint="PATH") from None


def _check_name(found: Found, project: Project) -> None:
    """``services.wbe`` in a project with a service ``web`` is a slip, not a key that is not given."""
    section, *names = found.path
    elements = getattr(project, str(section), None)
    if not names or not isinstance(elements, dict) or names[0] in elements:
        return
    import difflib

    close = difflib.get_close_matches(str(names[0]), elements, n=1)
    hint = f". Did you mean {close[0]}?" if close else f": it has {', '.join(sorted(elements)) or 'none'}"
    raise click.BadParameter(f"{section} of the project has no {names[0]!r}{hint}", param_hint="PATH")


def _plan(project: Project) -> Plan:
    return api.translate(project, registry=_ANY_REGISTRY, allow_host_access=True)


def _json(value: Any) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(value, dict_factory=_named), indent=2) + "\n"


def _named(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Fields under their names in JSON."""
    return {_NAMES.get(name, name): value for name, value in fields}


def _lines(explanation: Explanation) -> Iterator[str]:
    yield explanation.path
    function, project = explanation.function, explanation.project
    fields = {
        "schema": explanation.schema_path if explanation.schema_path != explanation.path else "",
        "class": f"{explanation.key_class} ({explanation.meaning})",
        "becomes": explanation.fields,
        "note": explanation.note,
        "instead": explanation.remedy,
        "function": f"{function.name} ({function.file}:{function.line})" if function else "",
        "given": "" if project is None else (project.location or "yes") if project.given else "not in this project",
    }
    yield from (f"  {name:<9} {value}" for name, value in fields.items() if value)
    if project is not None and project.objects:
        yield "  objects"
        yield from (f"    {entry.object}: {', '.join(entry.fields) or entry.reason}" for entry in project.objects)
    if project is not None and project.findings:
        yield "  findings"
        yield from (f"    {finding}" for finding in project.findings)
    if explanation.keys:
        yield "  keys below"
        yield from (f"    {_row(key)}" for key in explanation.keys)


def _listing(overview: Overview) -> Iterator[str]:
    from hybridcompose.translate.explain import MEANINGS

    yield from (f"{_row(key)}\n" for key in overview.keys)
    yield "\n"
    yield from (f"{overview.classes[entry.value]:5} {entry.value} {meaning}\n" for entry, meaning in MEANINGS.items())


def _row(key: Key) -> str:
    return f"{key.key_class} {key.path:<44} {key.fields}".rstrip()
