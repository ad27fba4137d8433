from __future__ import annotations

import json

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.diagnostics.output import show


def test_every_finding_is_an_object_on_a_line_of_its_own() -> None:
    where = Location("compose.yml", 3, 5, 4)
    finding = Diagnostic(Code.BIND_COPIED, Severity.NOTE, "é\n", ("services", "web", "volumes", 0), "x", where)
    (line,) = show([finding], "json").splitlines()
    assert json.loads(line) == {
        "severity": "note",
        "code": "bind-copied",
        "message": "é\n",
        "remedy": "x",
        "path": "services.web.volumes[0]",
        "pathParts": ["services", "web", "volumes", 0],
        "file": "compose.yml",
        "line": 3,
        "column": 5,
        "length": 4,
    }


def test_what_is_not_known_is_null() -> None:
    (line,) = show([Diagnostic(Code.NO_COMPOSE_FILE, Severity.ERROR, "none")], "json").splitlines()
    read = json.loads(line)
    assert [read[key] for key in ("remedy", "file", "line", "column", "length")] == [None] * 5
    assert (read["path"], read["pathParts"]) == ("", [])
