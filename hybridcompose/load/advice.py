"""Warnings about what loads, but does not do what it seems to do.

Source: the reference's warnings; go-shellwords' grammar of string commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.load.canonical import REQUEST_KEYS
from hybridcompose.spec.shellwords import truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.load.context import Context


def advise(tree: dict[str, Any], context: Context) -> dict[str, Any]:
    """Warns about one file's tree, before its short forms are gone."""
    context.focus = tree
    for path, element in _elements(tree, ("services", "jobs")):
        for key in ("command", "entrypoint"):
            _lost_text(element.get(key), (*path, key), context)
        _idle_keys(element.get("gpus"), (*path, "gpus"), context)
    for path, element in _elements(tree, ("networks", "volumes", "configs", "secrets")):
        external = element.get("external")
        if isinstance(external, dict) and "name" in external:
            context.warn(
                Code.DEPRECATED_FORM,
                "external.name is deprecated",
                path=(*path, "external", "name"),
                remedy="write name: and external: true",
            )
    return tree


def _elements(tree: dict[str, Any], sections: tuple[str, ...]) -> Iterator[tuple[ComposePath, dict[str, Any]]]:
    for section in sections:
        elements = tree.get(section)
        for name, element in elements.items() if isinstance(elements, dict) else ():
            if isinstance(element, dict):
                yield (section, name), element


def _idle_keys(requests: Any, path: ComposePath, context: Context) -> None:
    for index, request in enumerate(requests if isinstance(requests, list) else ()):
        for key in request if isinstance(request, dict) else ():
            if key not in REQUEST_KEYS and not key.startswith("x-"):
                context.warn(
                    Code.UNKNOWN_KEY,
                    f'unknown key "{key}": docker compose, too, takes no notice of it',
                    path=(*path, index, key),
                    remedy=f"use {', '.join(REQUEST_KEYS)}",
                )


def _lost_text(command: Any, path: ComposePath, context: Context) -> None:
    if not isinstance(command, str) or not any(sign in command for sign in ";&|<>"):
        return
    try:
        lost = truncated(command)
    except ValueError:
        return  # refused where the command is split
    if lost:
        context.warn(
            Code.TRUNCATED_COMMAND,
            f"a command is not run by a shell: docker compose, too, drops what begins with {lost[0]!r}",
            path=path,
            token=re.escape(lost.split("\n")[0]),
            remedy='quote the sign, or write ["sh", "-c", "…"]',
        )
