"""``config``: the project in canonical form, as ``docker compose config`` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose.cli.streams import emit, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hybridcompose.cli.session import Session
    from hybridcompose.load import Model, Stages
    from hybridcompose.spec import Project

#: What can be printed instead of the project, and what ``--help`` says about it.
LISTINGS = {
    "services": "Print the names of the services, dependencies first.",
    "networks": "Print the names of the networks.",
    "volumes": "Print the names of the volumes.",
    "models": "Print the models that are used.",
    "images": "Print the names of the images.",
    "profiles": "Print the names of the profiles.",
    "variables": "Print the variables that the files use, with their defaults.",
    "environment": "Print what variables are looked up in.",
}
#: The options that ask registries, and what ``--help`` says about them.
DIGESTS = {
    "resolve_image_digests": "Pin image tags to digests.",
    "lock_image_digests": "Print an override file with image digests.",
}
#: The options that leave a stage out, the stage, and what ``--help`` says about them.
SKIPS = {
    "no_interpolate": ("interpolate", "Leave variables as they are written, and print all services."),
    "no_normalize": ("normalise", "Leave out implicit networks, names and dependencies."),
    "no_path_resolution": ("resolve_paths", "Leave paths relative to the project directory."),
    "no_env_resolution": ("resolve_environment", "Keep env_file instead of reading it."),
    "no_consistency": ("check_consistency", "Do not check that what is referred to exists."),
}


def _flags(texts: Mapping[str, str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that adds options without a value, in this order."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        for name, text in reversed([*texts.items()]):
            function = click.option(f"--{name.replace('_', '-')}", name, is_flag=True, help=text)(function)
        return function

    return decorated


#: Listings that are of the services that are named, where some are.
NARROWED = ("images", "profiles", "environment")


@click.command("config", short_help="Print the project in canonical form.")
@click.argument("named", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["yaml", "json"]),
    help="Form of the project or of --variables (default: yaml; a table).",
)
@_flags(LISTINGS)
@click.option("--hash", "hashed", metavar="SERVICE,...", help="Print the configuration hash of services, * for all.")
@_flags(DIGESTS)
@_flags({name: text for name, (_, text) in SKIPS.items()})
@click.option("-q", "--quiet", is_flag=True, help="Print nothing: only check the project.")
@click.option("-o", "--output", metavar="FILE", help="Save to a file (default: standard output).")
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    named: tuple[str, ...],
    format_: str | None,
    hashed: str | None,
    quiet: bool,
    output: str | None,
    **flags: bool,
) -> None:
    """Print the project as it was understood: merged, interpolated, in long form, with absolute paths.

    Networks, volumes and the rest are those that its services use (--all-resources before the command: all). Where
    services are named, these alone, with what they depend on. A dollar sign is printed as $$, so that
    the output is a compose file again.
    """
    from hybridcompose.load.stages import Stages

    listing = _listing(hashed, flags)
    if named and (flags["no_interpolate"] or listing not in (None, *NARROWED)):
        other = "no-interpolate" if flags["no_interpolate"] else listing
        raise click.UsageError(f"SERVICE and --{other} contradict one another: that is printed of all services")
    stages = Stages(**{stage: not flags[name] for name, (stage, _) in SKIPS.items()})
    if listing == "variables" or not stages.interpolate:
        text = _of_model(session, listing, format_, stages)
    else:
        project = session.load_services(named, stages)
        session.report(project.diagnostics)
        if not session.all_resources:
            from hybridcompose.load.selection import without_unused

            project = without_unused(project)
        project = _pinned(session, project, flags)
        if quiet and listing is None:
            return
        text = _of_project(project, listing, format_, hashed, lock=flags["lock_image_digests"])
    if quiet:
        return
    if output:
        save(text, output)
    else:
        emit(text)


def _listing(hashed: str | None, flags: Mapping[str, bool]) -> str | None:
    """The one thing to print instead of the project. Raises ``click.UsageError`` where several are asked for."""
    chosen = [name for name in LISTINGS if flags[name]] + (["hash"] if hashed is not None else [])
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} and --{chosen[1]} contradict one another: give one of them")
    if hashed is not None and flags["no_interpolate"]:
        raise click.UsageError("--hash and --no-interpolate contradict one another: a hash is one of values")
    return chosen[0] if chosen else None


def _of_model(session: Session, listing: str | None, format_: str | None, stages: Stages) -> str:
    """What is printed where variables are left as they are written."""
    model = session.model(stages._replace(interpolate=False, validate=listing != "variables"))
    session.report(model.diagnostics)
    if listing == "variables":
        from hybridcompose.cli.config_variables import printed_variables
        from hybridcompose.load.variables import variables

        return printed_variables(variables(model.tree), format_)
    if listing is None:
        return _tree(model, format_)
    from hybridcompose.cli.config_names import names_of_model

    if listing == "environment":
        return _environment(model.environment)
    profiles = session.profiles or [one.strip() for one in model.environment.get("COMPOSE_PROFILES", "").split(",")]
    return _lines(names_of_model(model, profiles, unused=session.all_resources), listing)


def _pinned(session: Session, project: Project, flags: Mapping[str, bool]) -> Project:
    if not any(flags[name] for name in DIGESTS):
        return project
    from hybridcompose.cli.config_digests import pinned

    return pinned(session, project)


def _of_project(project: Project, listing: str | None, format_: str | None, hashed: str | None, *, lock: bool) -> str:
    if listing is None and lock:
        from hybridcompose.cli.config_digests import images_only

        return _printed(images_only(project), format_).replace("$", "$$")
    if listing is None:
        return _canonical(project, format_)
    if hashed is not None:
        return _hashes(project, hashed)
    from hybridcompose.cli.config_names import names_of_project

    return _environment(project.environment) if listing == "environment" else _lines(names_of_project(project), listing)


def _canonical(project: Project, format_: str | None) -> str:
    canonical = project.to_dict()
    return _printed(canonical if format_ == "json" else _without_image_commands(canonical), format_).replace("$", "$$")


def _without_image_commands(canonical: dict[str, Any]) -> dict[str, Any]:
    """Leaves out the commands that are the image's own: the reference prints them as null in JSON only."""
    own = ("command", "entrypoint")
    services = {
        name: {key: value for key, value in service.items() if key not in own or value is not None}
        for name, service in canonical["services"].items()
    }
    return {**canonical, "services": services}


def _tree(model: Model, format_: str | None) -> str:
    from hybridcompose.spec.base import plain

    return _printed(plain(model.tree), format_)


def _printed(value: Any, format_: str | None) -> str:
    from hybridcompose.render import json, yaml

    return json.dump(value) if format_ == "json" else yaml.dump(value)


def _hashes(project: Project, wanted: str) -> str:
    from hybridcompose.spec.config_hash import config_hash

    names = set(project.services) if wanted == "*" else set(wanted.split(","))
    unknown = sorted(names.difference(project.services))
    if unknown:
        raise click.BadParameter(f"there is no service {unknown[0]!r}", param_hint="--hash")
    platform = project.environment.get("DOCKER_DEFAULT_PLATFORM")
    return "".join(f"{name} {config_hash(project.services[name], platform)}\n" for name in sorted(names))


def _environment(variables: Mapping[str, str]) -> str:
    return "".join(sorted(f"{name}={value}\n" for name, value in variables.items()))


def _lines(names: Any, listing: str) -> str:
    chosen: Iterable[str] = getattr(names, listing)
    return "".join(f"{name}\n" for name in chosen)
