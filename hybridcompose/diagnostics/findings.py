"""Findings whose places in the compose files are looked up when somebody reads them, if anybody does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

from hybridcompose.diagnostics.model import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Findings(Sequence[Diagnostic]):
    """Findings as a tuple has them, equal to one that holds the same.

    ``place`` gives the findings that are ``known`` their places: it is called once, with those that are read.
    """

    def __init__(
        self, known: Iterable[Diagnostic], place: Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]
    ) -> None:
        self.known = tuple(known)
        self.place = place

    @cached_property
    def _placed(self) -> tuple[Diagnostic, ...]:
        return self.place(self.known)

    @overload
    def __getitem__(self, index: int) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Diagnostic, ...]: ...
    def __getitem__(self, index: int | slice) -> Diagnostic | tuple[Diagnostic, ...]:
        return self._placed[index]

    def __len__(self) -> int:
        return len(self._placed)

    def __eq__(self, other: object) -> bool:
        return self._placed == (other._placed if isinstance(other, Findings) else other)

    def __hash__(self) -> int:
        return hash(self._placed)

    def __repr__(self) -> str:
        return repr(self._placed)

    def __reduce__(self) -> tuple[object, ...]:
        return tuple, (self._placed,)


def without_notes(found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """The findings that are more than notes; places of notes are not looked up for that."""
    if isinstance(found, Findings):
        return Findings(without_notes(found.known), found.place)
    return tuple(finding for finding in found if finding.severity is not Severity.NOTE)
