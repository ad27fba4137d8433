"""Two observations of one scenario, compared with reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.parity.observing import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def compare(scenario: Scenario, docker: Any, ours: Any, findings: Iterable[dict[str, Any]]) -> Verdict:
    """Each difference needs an entry of the scenario, each entry a difference and a finding that the user is shown."""
    found = list(places(docker, ours))
    known = list(findings)
    faults = [
        f"{place}: {theirs!r} under Docker, {mine!r} in the cluster"
        for place, theirs, mine in found
        if not any(entry.covers(place) for entry in scenario.differs)
    ]
    reasons = []
    for entry in scenario.differs:
        if not any(entry.covers(place) for place, _, _ in found):
            faults.append(f"{entry.what} is said to differ and does not")
        sentence = _sentence(entry, known)
        if sentence is None:
            faults.append(f"{entry.what}: nobody is told ({entry.code} at {entry.path})")
        else:
            reasons.append(sentence)
    outcome = WRONG if faults else DOCUMENTED if found else SAME
    return Verdict(outcome, tuple(reasons), tuple(faults))


def _sentence(entry: Difference, findings: list[dict[str, Any]]) -> str | None:
    if entry.code is None:
        return entry.because
    for finding in findings:
        if finding["code"] == entry.code and (entry.path is None or finding["path"].startswith(entry.path)):
            return str(finding["message"])
    return None
