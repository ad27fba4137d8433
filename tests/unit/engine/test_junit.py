from __future__ import annotations

from xml.etree import ElementTree

from hybridcompose.engine import junit
from hybridcompose.engine.chronicle import Check

CHECKS = [
    Check("db", "db is healthy", passed=True, seconds=1.5),
    Check("tests", "tests exits with 0", passed=False, seconds=2, problem="exited with code 3"),
    Check("web", "web starts", passed=None, seconds=2),
]


def _report(output: str = "") -> ElementTree.Element:
    text = junit.report("notes", CHECKS, 1_700_000_000, 2.25, {"tests": output})
    return ElementTree.fromstring(text.encode())  # noqa: S314  (it was made here)


def test_there_is_a_case_for_each_check_with_the_time_that_it_took() -> None:
    suite = _report()[0]
    counted = [suite.attrib[name] for name in ("name", "tests", "failures", "skipped", "time", "timestamp")]
    assert counted == ["notes", "3", "1", "1", "2.250", "2023-11-14T22:13:20"]
    assert [(case.attrib["name"], case.attrib["time"], [part.tag for part in case]) for case in suite] == [
        ("db is healthy", "1.500", []),
        ("tests exits with 0", "2.000", ["failure"]),
        ("web starts", "2.000", ["skipped"]),
    ]


def test_a_failure_says_why_with_the_last_lines_whatever_they_hold() -> None:
    failure = _report("a < b & c\n\x1b[31mred\x1b[0m \x00\x07\ud800 ü\n")[0][1][0]
    assert failure.attrib["message"] == "exited with code 3"
    assert failure.text == "a < b & c\nred  ü\n"
