"""One line for each thing that happens, in a terminal as in CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.views import BuildView, ServiceView
    from hybridcompose.engine.target import Console


class Progress:
    """Tells what changed between two decisions."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: dict[tuple[str, str], str] = {}

    def show(self, decision: Decision) -> None:
        for build in decision.builds:
            image = build.image
            name = f"{image.service} ({image.part})" if image.part else image.service
            self._tell("image of", name, build_state(build))
        for name, view in decision.services.items():
            self._tell("service", name, service_state(view))

    def _tell(self, what: str, name: str, state: str) -> None:
        if state and self._told.get((what, name)) != state:
            self._told[what, name] = state
            self._console.note(f"{what} {name}: {state}")


def build_state(view: BuildView) -> str:
    if view.done:
        return f"built{f', {view.digest}' if view.digest else ''}"
    return ""


def service_state(view: ServiceView) -> str:
    """Where a service stands, in one word or two; empty before it is made."""
    if view.ended:
        return f"exited with code {view.exit_code}"
    if view.healthy:
        return "healthy" if view.service.health else "running"
    if view.started:
        return "starting" if view.service.health else "started"
    return "created" if view.made else ""
