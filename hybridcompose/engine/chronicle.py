"""When each service and each image of a run got where it is: for reports about the run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.engine.progress import service_state
from hybridcompose.plan import Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.cluster.views import BuildView, ServiceView


class Outcome(NamedTuple):
    """How a run ended: with a code, with an error (``errors``: its findings as texts by service), or by Ctrl-C.

    ``errors`` of the run as a whole stand at the empty name.
    """

    code: int | None = None
    errors: tuple[tuple[str, str], ...] = ()
    interrupted: bool = False
    #: The cluster does not answer any more.
    unreachable: bool = False

    @property
    def good(self) -> bool:
        return not (self.code or self.errors or self.interrupted)

    def __str__(self) -> str:
        if self.interrupted:
            return "interrupted"
        if self.errors:
            return "failed"
        return f"exit code {self.code}" if self.code else "passed"


class Check(NamedTuple):
    """Something that a run expects of a service or an image. ``passed`` is ``None`` where it did not come to that.

    ``seconds`` is how long it took from the run's begin; ``problem`` why it did not pass.
    """

    service: str
    title: str
    passed: bool | None
    seconds: float
    problem: str = ""


class Standing(NamedTuple):
    """Where a service stood at the end of a run, in a few words, and since which second of it."""

    service: str
    state: str
    seconds: float
    exit_code: int | None


class Chronicle:
    """Sees every decision of a run, and keeps when something was first so. Times are seconds since its begin."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begin = clock()
        self.began = time.time()
        self._first: dict[tuple[str, str], float] = {}
        self._services: dict[str, ServiceView] = {}
        self._builds: dict[str, BuildView] = {}
        self._awaited: set[str] = set()

    @property
    def seconds(self) -> float:
        """How long the run lasts already."""
        return self._clock() - self._begin

    def watch(self, decision: Decision) -> None:
        """Notes what is new in a decision."""
        for build in decision.builds:
            name = f"{build.image.service} ({build.image.part})" if build.image.part else build.image.service
            self._builds[name] = build
            self._note(f"image of {name}", "built", holds=build.done)
        for name, view in decision.services.items():
            self._services[name] = view
            self._note(name, "started", holds=view.started or view.ended)
            self._note(name, "healthy", holds=view.healthy)
            self._note(name, "ended", holds=view.ended)
            self._note(name, service_state(view), holds=True)
            needs = view.service.needs
            self._awaited.update(need.service for need in needs if need.condition is Condition.COMPLETED)

    def _note(self, name: str, what: str, *, holds: bool) -> None:
        if holds:
            self._first.setdefault((name, what), self.seconds)

    def standings(self) -> list[Standing]:
        """Every service of the run, by name."""
        return [
            Standing(name, state, self._first[name, state], view.exit_code)
            for name, view in sorted(self._services.items())
            for state in [service_state(view)]
        ]

    def checks(self, outcome: Outcome) -> list[Check]:
        """What was expected, images first, each service by name."""
        problems: dict[str, str] = {}
        for service, text in outcome.errors:
            problems.setdefault(service, text)
        found = [self._built(name, build, problems) for name, build in sorted(self._builds.items())]
        for name, view in sorted(self._services.items()):
            found += self._of_service(name, view, problems.get(name, ""))
        if "" in problems:
            found.append(Check("", "the run", passed=False, seconds=self.seconds, problem=problems[""]))
        return found

    def _built(self, name: str, build: BuildView, problems: dict[str, str]) -> Check:
        title = f"image of {name} is built"
        if build.done:
            return Check(build.image.service, title, passed=True, seconds=self._first[f"image of {name}", "built"])
        problem = build.trouble.message if build.trouble else problems.get(build.image.service, "")
        return Check(build.image.service, title, False if problem else None, self.seconds, problem)

    def _of_service(self, name: str, view: ServiceView, problem: str) -> Iterable[Check]:
        exits = view.ended or name in self._awaited
        if view.service.health is not None:
            yield self._check(name, "healthy", f"{name} is healthy", "" if exits and view.ended else problem)
        elif not exits:
            yield self._check(name, "started", f"{name} starts", problem)
        if exits:
            title = f"{name} exits with 0"
            if not view.ended:
                yield Check(name, title, False if problem else None, self.seconds, problem)
            else:
                told = f"exited with code {view.exit_code}" if view.exit_code else ""
                yield Check(name, title, not view.exit_code, self._first[name, "ended"], told)

    def _check(self, name: str, what: str, title: str, problem: str) -> Check:
        at = self._first.get((name, what))
        if at is None:
            return Check(name, title, False if problem else None, self.seconds, problem)
        return Check(name, title, passed=not problem, seconds=at, problem=problem)
