from __future__ import annotations

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.diagnostics.output import in_file_order


def _finding(message: str, where: Location | None = None) -> Diagnostic:
    return Diagnostic(Code.INVALID_VALUE, Severity.WARNING, message, location=where)


def test_findings_come_as_one_reads_the_files() -> None:
    found = [
        _finding("nowhere"),
        _finding("b", Location("b.yml", 1, 1)),
        _finding("line 10", Location("a.yml", 10, 1)),
        _finding("line 9", Location("a.yml", 9, 7)),
        _finding("line 9, earlier", Location("a.yml", 9, 2)),
    ]
    assert [entry.message for entry in in_file_order(found)] == ["line 9, earlier", "line 9", "line 10", "b", "nowhere"]


def test_the_same_finding_counts_once() -> None:
    assert in_file_order([_finding("a"), _finding("a")]) == (_finding("a"),)
