"""``config``: the project in canonical form, as ``docker compose config`` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hybridcompose.cli.streams import emit, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hybridcompose.cli.session import Session
    from hybridcompose.spec import Project


@click.command("config", short_help="Print the project in canonical form.")
@click.option(
    "--format", "format_", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="Output form."
)
@click.option("--services", "listing", flag_value="services", help="Print the names of the services.")
@click.option("--volumes", "listing", flag_value="volumes", help="Print the names of the volumes.")
@click.option("--images", "listing", flag_value="images", help="Print the names of the images.")
@click.option("--profiles", "listing", flag_value="profiles", help="Print the names of the profiles.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing: only check the project.")
@click.option("-o", "--output", metavar="FILE", help="Save to a file (default: standard output).")
@click.pass_obj
def command(session: Session, /, format_: str, listing: str | None, quiet: bool, output: str | None) -> None:
    """Print the project as it was understood: merged, interpolated, in long form, with absolute paths.

    A dollar sign is printed as $$, so that the output is a compose file again.
    """
    project = session.load()
    session.report(project.diagnostics)
    if quiet:
        return
    text = _lines(LISTINGS[listing](project)) if listing else _canonical(project, format_)
    if output:
        save(text, output)
    else:
        emit(text)


def _canonical(project: Project, format_: str) -> str:
    from hybridcompose.render import json, yaml

    canonical = project.to_dict()
    text = json.dump(canonical) if format_ == "json" else yaml.dump(_without_image_commands(canonical))
    return text.replace("$", "$$")


def _without_image_commands(canonical: dict[str, Any]) -> dict[str, Any]:
    """Leaves out the commands that are the image's own: the reference prints them as null in JSON only."""
    own = ("command", "entrypoint")
    services = {
        name: {key: value for key, value in service.items() if key not in own or value is not None}
        for name, service in canonical["services"].items()
    }
    return {**canonical, "services": services}


def _images(project: Project) -> list[str]:
    """What each service runs; an image that is built without a name gets Compose's, ``<project>-<service>``."""
    return [service.image or f"{project.name}-{name}" for name, service in sorted(project.services.items())]


def _profiles(project: Project) -> list[str]:
    services = [*project.services.values(), *project.disabled_services.values()]
    return sorted({profile for service in services for profile in service.profiles})


def _lines(names: Iterable[str]) -> str:
    return "".join(f"{name}\n" for name in names)


#: What the listing options print, one a line.
LISTINGS: dict[str, Callable[[Project], Iterable[str]]] = {
    "services": lambda project: sorted(project.services),
    "volumes": lambda project: sorted(project.volumes),
    "images": _images,
    "profiles": _profiles,
}
