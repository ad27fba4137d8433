from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.diagnostics.findings import Findings, without_notes

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTE = Diagnostic(Code.APPROXIMATED, Severity.NOTE, "differs a little", ("services", "web", "init"))
WARNING = Diagnostic(Code.NO_EQUIVALENT, Severity.WARNING, "is lost", ("services", "web", "cpu_shares"))
PLACE = Location("compose.yaml", 3, 5)


class Places:
    """Puts findings at ``PLACE``, and remembers which."""

    def __init__(self) -> None:
        self.asked: list[tuple[Diagnostic, ...]] = []

    def __call__(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        self.asked.append(tuple(found))
        return tuple(finding._replace(location=PLACE) for finding in self.asked[-1])


def test_no_place_is_looked_up_before_a_finding_is_read() -> None:
    places = Places()
    found = Findings((NOTE, WARNING), places)
    assert places.asked == []
    assert [finding.location for finding in found] == [PLACE, PLACE]
    assert len(found) == 2
    assert places.asked == [(NOTE, WARNING)]


def test_findings_are_as_good_as_a_tuple_that_holds_them() -> None:
    found = Findings((NOTE, WARNING), Places())
    expected = (NOTE._replace(location=PLACE), WARNING._replace(location=PLACE))
    assert found == expected
    assert expected == found
    assert found == Findings((NOTE, WARNING), Places())
    assert found != expected[:1]
    assert (found[0], found[1:]) == (expected[0], expected[1:])
    assert (hash(found), repr(found)) == (hash(expected), repr(expected))
    assert copy.copy(found) == expected


def test_places_of_notes_that_are_left_out_are_never_looked_up() -> None:
    places = Places()
    (found,) = without_notes(Findings((NOTE, WARNING), places))
    assert (found.message, found.location) == ("is lost", PLACE)
    assert places.asked == [(WARNING,)]
    assert without_notes((NOTE, WARNING)) == (WARNING,)
