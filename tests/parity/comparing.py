"""Two observations of one scenario, compared with reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.parity.observing import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.parity.scenarios import Difference, Scenario

SAME, DOCUMENTED, WRONG = "same", "differs as documented", "wrong"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reasons`` are the sentences of what differs; ``faults`` say what is wrong."""

    outcome: str
    reasons: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())


def places(docker: Any, ours: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ, as deep as both are mappings."""
    if REFUSED in (*docker, *ours) if not at else False:
        if docker.get(REFUSED) != ours.get(REFUSED):
            yield REFUSED, docker.get(REFUSED, False), ours.get(REFUSED, False)
    elif isinstance(docker, dict) and isinstance(ours, dict):
        for key in sorted(docker.keys() | ours.keys()):
            yield from places(docker.get(key), ours.get(key), f"{at}.{key}" if at else str(key))
    elif docker != ours:
        yield at, docker, ours


@dataclass(frozen=True, slots=True)
class Told:
    """What users are shown: findings of ``render`` and of ``up``, and what each command printed on standard error."""

    render: Iterable[Mapping[str, Any]] = ()
    up: Iterable[Mapping[str, Any]] = ()
    said: Mapping[str, str] = field(default_factory=dict)


def compare(scenario: Scenario, docker: Any, ours: Any, told: Told) -> Verdict:
    """Each difference needs an entry of the scenario, each entry a difference and what users are shown about it."""
    found = list(places(docker, ours))
    faults = [
        f"{place}: {theirs!r} under Docker, {mine!r} in the cluster"
        for place, theirs, mine in found
        if not any(entry.covers(place) for entry in scenario.differs)
    ]
    reasons = []
    for entry in scenario.differs:
        if not any(entry.covers(place) for place, _, _ in found):
            faults.append(f"{entry.what} is said to differ and does not")
        untold = [*_untold(entry, told)]
        faults += untold
        if not untold:
            reasons.append(entry.says or _sentence(entry, told.render) or "")
    outcome = WRONG if faults else DOCUMENTED if found else SAME
    return Verdict(outcome, tuple(reasons), tuple(faults))


def _untold(entry: Difference, told: Told) -> Iterator[str]:
    """What users are not shown of a difference."""
    if entry.says is None:
        for command, findings in (("render", told.render), ("up", told.up)):
            if _sentence(entry, findings) is None:
                yield f"{entry.what}: {command} does not tell it ({entry.code} at {entry.path})"
    elif entry.says not in told.said.get(entry.command, ""):
        yield f"{entry.what}: {entry.command} does not say {entry.says!r}"


def _sentence(entry: Difference, findings: Iterable[Mapping[str, Any]]) -> str | None:
    for finding in findings:
        if finding["code"] == entry.code and finding["path"].startswith(entry.path or ""):
            return str(finding["message"])
    return None
