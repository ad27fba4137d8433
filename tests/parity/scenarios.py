"""Scenarios as data: ``scenarios/<topic>/<name>/`` holds a ``compose.yml``, and in ``scenario.yml`` what to compare."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

DIRECTORY = Path(__file__).parent / "scenarios"


class ScenarioError(Exception):
    """A ``scenario.yml`` that says nothing sensible."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A known one. ``what`` begins the places that it covers, such as ``web.environment.HOSTNAME``.

    ``code`` and ``path`` (a compose path with dots) name the finding that ``render`` and ``up`` show about it. Where no
    key of the project is the reason, ``says`` is what the command that differs prints on standard error.
    """

    what: str
    code: str | None = None
    path: str | None = None
    says: str | None = None

    def covers(self, place: str) -> bool:
        return place == self.what or place.startswith(f"{self.what}.")

    @property
    def command(self) -> str:
        """The command that differs: ``up``, or ``then N``."""
        return self.what.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Step:
    """A command that follows ``up``, compared by its exit code and its output.

    ``report`` are the parts that are compared of a probe's report in the output; ``quiet`` compares the code alone.
    """

    arguments: tuple[str, ...]
    report: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """``services`` are the parts of each service's report that are compared: see ``observing``.

    ``up`` are further arguments of ``up``, which then runs in the foreground; ``then`` are commands that follow.
    """

    topic: str
    name: str
    title: str
    services: dict[str, tuple[str, ...]] = field(default_factory=dict)
    up: tuple[str, ...] | None = None
    then: tuple[Step, ...] = ()
    differs: tuple[Difference, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    alone: bool = False

    @property
    def id(self) -> str:
        return f"{self.topic}/{self.name}"

    @property
    def file(self) -> Path:
        return DIRECTORY / self.topic / self.name / "compose.yml"

    @property
    def shares_a_project(self) -> bool:
        """Whether it can be observed in one project with others, which is quicker."""
        return not (self.alone or self.up is not None)

    def observes(self, part: str) -> bool:
        return any(part in parts for parts in self.services.values())


def read(directory: Path = DIRECTORY) -> list[Scenario]:
    """All of them, by topic and name."""
    return [_read(file.parent) for file in sorted(directory.glob("*/*/compose.yml"))]


def _read(directory: Path) -> Scenario:
    file = directory / "scenario.yml"
    if not file.exists():
        raise ScenarioError(f"{directory}: there is no scenario.yml")
    given: dict[str, Any] = yaml.safe_load(file.read_text())
    if unknown := given.keys() - set(Scenario.__dataclass_fields__) | given.keys() & {"topic", "name"}:
        raise ScenarioError(f"{file}: {', '.join(sorted(unknown))}: no such key")
    return Scenario(
        topic=directory.parent.name,
        name=directory.name,
        title=given["title"],
        services={name: tuple(parts) for name, parts in given.get("services", {}).items()},
        up=tuple(given["up"]) if "up" in given else None,
        then=tuple(_step(entry) for entry in given.get("then", ())),
        differs=tuple(_difference(entry, file) for entry in given.get("differs", ())),
        environment=given.get("environment", {}),
        alone=given.get("alone", False),
    )


def _difference(given: dict[str, str], file: Path) -> Difference:
    """Refuses one whose users are shown nothing: a reason in a document is none."""
    if unknown := given.keys() - set(Difference.__dataclass_fields__):
        raise ScenarioError(f"{file}: {', '.join(sorted(unknown))}: name what is shown, with code and path, or says")
    entry = Difference(**given)
    if not (entry.says or (entry.code and entry.path)):
        raise ScenarioError(f"{file}: {entry.what}: name what is shown, with code and path, or says")
    return entry


def _step(given: str | dict[str, Any]) -> Step:
    """Text is a command, and one behind a dash is quiet; a mapping names the parts of a report."""
    if isinstance(given, str):
        return Step(tuple(shlex.split(given.removeprefix("-"))), quiet=given.startswith("-"))
    return Step(tuple(shlex.split(given["command"])), report=tuple(given["report"]))


def batches(scenarios: Iterable[Scenario]) -> list[list[Scenario]]:
    """Those of a topic that can share a project together, those that are stopped apart, each other one alone.

    What takes longest comes first.
    """
    shared: dict[tuple[str, bool], list[Scenario]] = {}
    single = []
    for scenario in scenarios:
        if scenario.shares_a_project:
            shared.setdefault((scenario.topic, scenario.observes("stop")), []).append(scenario)
        else:
            single.append([scenario])
    return [*shared.values(), *single]
