"""Verdicts on what was observed, and the table of them."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.cluster.observed.case import EVERYWHERE, MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.cluster.observed.case import Case, Difference
    from tests.cluster.observed.leaves import Leaves


class Verdict(StrEnum):
    SAME = "same"
    STATED = "stated"
    WRONG = "wrong"


class Observation(NamedTuple):
    """One value: what it was under Docker, what it is in the pod, and the code of what is told of the difference."""

    case: str
    place: str
    docker: Any
    pod: Any
    verdict: Verdict
    code: str = ""
    #: Why a difference that is declared does not count.
    problem: str = ""

    @property
    def name(self) -> str:
        return f"{self.case}/{self.place}"

    def __str__(self) -> str:
        return f"{self.verdict} {self.name}: Docker {self.docker!r}, pod {self.pod!r} {self.problem}".rstrip()


def judged(
    case: Case, service: str, docker: Leaves, pod: Leaves, told: frozenset[tuple[str, str]]
) -> Iterator[Observation]:
    """A verdict on every value that either side has."""
    for leaf in sorted(docker.keys() | pod.keys()):
        expected, seen = docker.get(leaf, MISSING), pod.get(leaf, MISSING)
        place = f"{service}/{leaf}"
        if expected == seen:
            yield Observation(case.name, place, expected, seen, Verdict.SAME)
            continue
        declared = next((one for one in (*case.differences, *EVERYWHERE) if one.matches(place)), None)
        problem = _problem(declared, service, seen, told)
        verdict = Verdict.WRONG if problem else Verdict.STATED
        code = declared.code if declared is not None else ""
        yield Observation(case.name, place, expected, seen, verdict, code, problem)


def refused(case: Case, told: frozenset[tuple[str, str]]) -> Iterator[Observation]:
    """A verdict on every service that is refused here and runs under Docker."""
    for service, code, path in case.refusals:
        problem = "" if (code, path) in told else f"(render does not say {code} at {path})"
        verdict = Verdict.WRONG if problem else Verdict.STATED
        yield Observation(case.name, f"{service}/start", "runs", "refused", verdict, code, problem)


def _problem(declared: Difference | None, service: str, seen: Any, told: frozenset[tuple[str, str]]) -> str:
    if declared is None:
        return "(nothing is said of it)"
    if not declared.is_seen(seen):
        return f"(said to be {declared.seen!r})"
    if not declared.is_told(service, told):
        return f"(nothing says so: {declared.code} at {declared.path})"
    return ""


def unused(case: Case, observations: Iterable[Observation]) -> list[str]:
    """Differences that are declared and no longer there."""
    stated = [found.place for found in observations if found.verdict is Verdict.STATED and found.case == case.name]
    return [
        f"{case.name}: {declared.where} does not differ"
        for declared in case.differences
        if declared.always and not any(declared.matches(place) for place in stated)
    ]


def table(observations: Iterable[Observation], topics: Mapping[str, str], point_of: Mapping[str, str]) -> str:
    """One row for each point that the observations answer, with the number of values by verdict."""
    counts: dict[str, Counter[Verdict]] = {}
    codes: dict[str, set[str]] = {}
    for found in observations:
        point = point_of[found.name]
        counts.setdefault(point, Counter())[found.verdict] += 1
        codes.setdefault(point, set()).update({found.code} - {""})
    rows = [("point", "topic", *Verdict, "told as")]
    order = sorted(counts, key=lambda point: (topics.get(point, "further"), point))
    for point in order:
        numbers = [str(counts[point][verdict]) for verdict in Verdict]
        rows.append((point, topics.get(point, "further"), *numbers, ", ".join(sorted(codes[point]))))
    total = sum(counts.values(), Counter())
    rows.append((f"{len(counts)} points", "", *(str(total[verdict]) for verdict in Verdict), ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
