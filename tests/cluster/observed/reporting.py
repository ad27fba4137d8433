"""Cases whose services report what they observe, and end."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.cluster.observed import evidence
from tests.cluster.observed.case import Case
from tests.cluster.observed.leaves import leaves

if TYPE_CHECKING:
    from tests.cluster.observed.case import Values
    from tests.cluster.observed.runner import Running

_REPORT = re.compile(r"^(?P<service>\S+)-\d+\s+\| PROBE (?P<report>\{.*)$", re.MULTILINE)
_CONTAINER_ID = re.compile(r"[0-9a-f]{12}")


def reporting(name: str, *fields: str, **details: Any) -> Case:
    """``fields`` are those of the reports that are compared."""
    return Case(name, partial(_recorded, name, fields), partial(_observe, fields), **details)


def _recorded(name: str, fields: tuple[str, ...]) -> Values:
    found = {}
    for service, report in evidence.reports(name).items():
        host = report.get("hostname") or _host_of(report)
        complete = {**report, "hostname": host, "interfaces": report.get("ifs")}
        found[service] = leaves(complete, fields, chosen=_CONTAINER_ID.fullmatch(host) is None)
    return found


def _host_of(report: dict[str, Any]) -> str:
    named = [entry.partition("=")[2] for entry in report.get("env", ()) if entry.startswith("HOSTNAME=")]
    return str(named[0]) if named else ""


def _observe(fields: tuple[str, ...], running: Running) -> Values:
    output = running.up()
    found = {}
    for match in _REPORT.finditer(output):
        service = running.project.services[match["service"]]
        chosen = bool(service.hostname) or "HOSTNAME" in service.environment
        found[match["service"]] = leaves(json.loads(match["report"]), fields, chosen=chosen)
    return found
