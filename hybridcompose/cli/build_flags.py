"""The flags of ``build``, with the names that Docker Compose gives them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Callable


def _arguments(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str | None]:
    """``K=V``; of ``K`` alone the value is the environment's."""
    found: dict[str, str | None] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not name:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, option)
        found[name] = text if equals else None
    return found


def _limit(context: click.Context, _: click.Parameter, value: int) -> int:
    """The command's own, else that before the command, else the variable's."""
    from hybridcompose.cli.session import Session

    session = context.find_object(Session)
    own = context.get_parameter_source("parallel") is ParameterSource.COMMANDLINE
    return value if own or session is None or session.parallel is None else session.parallel


parallel_option = click.option(
    "--parallel",
    type=int,
    default=-1,
    metavar="N",
    envvar="COMPOSE_PARALLEL_LIMIT",
    callback=_limit,
    help="Build at most so many images at the same time (default: all).",
)


def parallel(number: int) -> int:
    """The limit; 0 for none, which Docker Compose writes as -1."""
    return max(number, 0)


_FLAGS = (
    click.option(
        "--build-arg",
        multiple=True,
        callback=_arguments,
        metavar="NAME=VALUE",
        help="Build argument, in place of the file's; NAME takes the variable's value; repeatable.",
    ),
    click.option("--no-cache", is_flag=True, help="Build anew what is there already, and use no layer cache."),
    click.option("--pull", is_flag=True, help="Build anew what is there already: base images may have changed."),
    click.option("--push", is_flag=True, help="Push the images, which is what always happens here."),
    click.option("--with-dependencies", is_flag=True, help="Build the images of the services' dependencies, too."),
    parallel_option,
    click.option(
        "--metadata-file", metavar="FILE", help="Write the images' names and digests there, as docker buildx bake does."
    ),
    click.option(
        "--write-contexts",
        metavar="DIR",
        help="Write the archives that --context-mode s3, gs, azure, https and pvc fetch, and build nothing.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Show no progress and no output of the builds."),
    click.option("--dry-run", is_flag=True, help="Say what would be built; make nothing."),
)
_NAMES = (
    "build_arg",
    "no_cache",
    "pull",
    "push",
    "with_dependencies",
    "parallel",
    "metadata_file",
    "write_contexts",
    "quiet",
    "dry_run",
)


def build_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates the command with the flags, which reach it as one mapping ``flags``."""

    @functools.wraps(function)
    def command(*arguments: Any, **options: Any) -> Any:
        flags = {name: options.pop(name) for name in _NAMES}
        return function(*arguments, flags=flags, **options)

    decorated: Callable[..., Any] = command
    for flag in reversed(_FLAGS):
        decorated = flag(decorated)
    return decorated
