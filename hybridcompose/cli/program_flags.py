"""What ``exec`` and ``run`` have in common: a program with arguments of its own, and its variables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def program_arguments() -> dict[str, Any]:
    """Options end at the first word that is none: what follows the service's name is the program's own."""
    return {"allow_interspersed_args": False}


def _variables(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """``NAME=VALUE``; a name alone takes its value from here, and is left out where it has none."""
    found = {}
    for value in values:
        name, equals, given = value.partition("=")
        if not name:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, option)
        if equals or name in os.environ:
            found[name] = given if equals else os.environ[name]
    return tuple(f"{name}={value}" for name, value in found.items())


def environment_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command with ``-e``, which reaches it as ``environment``."""
    option = click.option(
        "-e",
        "--env",
        "environment",
        multiple=True,
        callback=_variables,
        metavar="NAME[=VALUE]",
        help="Set a variable; a name alone takes its value from here. Repeatable.",
    )
    decorated: Callable[..., Any] = option(function)
    return decorated
