"""What a run expected of its services, as a report that CI systems show: JUnit's XML.

There is no standard; the elements are those of Apache Ant's JUnit task that GitLab, Jenkins and GitHub's actions read.
The standard library writes them: a package for it would write the same dozen lines.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hybridcompose.engine.chronicle import Check

#: Sequences of a terminal, and what XML 1.0 cannot hold in any form.
_NO_TEXT = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(project: str, checks: Sequence[Check], began: float, seconds: float, output: Mapping[str, str]) -> str:
    """One suite with a case for each check. ``began`` is in seconds since 1970, ``output`` last lines by service."""
    counts = {
        "tests": str(len(checks)),
        "failures": str(sum(check.passed is False for check in checks)),
        "errors": "0",
        "skipped": str(sum(check.passed is None for check in checks)),
        "time": f"{seconds:.3f}",
    }
    root = ElementTree.Element("testsuites", {"name": "hybridcompose", **counts})
    when = datetime.fromtimestamp(began, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suite = ElementTree.SubElement(root, "testsuite", {"name": project, **counts, "timestamp": when})
    for check in checks:
        named = {"classname": project, "name": check.title, "time": f"{check.seconds:.3f}"}
        case = ElementTree.SubElement(suite, "testcase", named)
        if check.passed is None:
            ElementTree.SubElement(case, "skipped", {"message": "the run ended before"})
        elif not check.passed:
            failure = ElementTree.SubElement(case, "failure", {"message": _clean(check.problem)})
            failure.text = _clean(output.get(check.service, ""))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _clean(text: str) -> str:
    return _NO_TEXT.sub("", text)
