"""Cases about names and addresses: who is found under which name, and who answers."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from hybridcompose.translate.labels import label_value
from tests.cluster.observed import evidence
from tests.cluster.observed.case import Case
from tests.cluster.observed.leaves import leaves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.cluster.observed.case import Values
    from tests.cluster.observed.runner import Running

_PROBE = re.compile(r"^PROBE (\{.*)$", re.MULTILINE)
_ASKED = re.compile(r"PROBE_(DNS|TCP)=(\S+)")
_OF_THEN = re.compile(r"[0-9a-f]{12}|[0-9.]+:\d+")


def asking(name: str, *fields: str, asked_of: Sequence[str], **details: Any) -> Case:
    """Services that stay, in some of which the probe runs once more, with the questions of the record."""
    return Case(name, partial(_recorded, name, fields, asked_of), partial(_observe, name, fields, asked_of), **details)


def _recorded(name: str, fields: tuple[str, ...], asked_of: Sequence[str]) -> Values:
    reports = evidence.reports(name) or {service: {"dns": found} for service, found in evidence.facts(name).items()}
    known = _holders(reports)
    return {service: leaves(_without_ids(reports[service]), fields, known=known) for service in asked_of}


def _without_ids(report: dict[str, Any]) -> dict[str, Any]:
    """Nobody can know the id of another container, and pods have none."""
    return {**report, "dns": {name: found for name, found in report["dns"].items() if not name.startswith("<")}}


def _holders(reports: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Who has an address: it answers to a service's name, or is one of a container that told its own."""
    found = {}
    for report in reports.values():
        for name in sorted(_SERVICES & report["dns"].keys()):
            addresses = report["dns"][name]
            if isinstance(addresses, list):
                found.update({address: f"{name} {address}" for address in addresses})
    for service in _SERVICES & reports.keys():
        for address in _own(reports[service]) & found.keys():
            found[address] = service
    return found


def _own(report: dict[str, Any]) -> set[str]:
    return {text.partition("/")[0] for listed in report.get("ifs", {}).values() for text in listed}


_SERVICES = frozenset(("web", "Web_Up.x", "many", "island", "linker", "pub", "peer", "plain", "both"))


def _observe(name: str, fields: tuple[str, ...], asked_of: Sequence[str], running: Running) -> Values:
    running.up("-d")
    known, places = {}, {}
    for pod in running.ready():
        label = pod["metadata"]["labels"].get("hybridcompose.io/service")
        if label is None:  # the server of names
            continue
        service = _written(running, label)
        known[pod["status"]["podIP"]] = f"{service} {pod['metadata']['name']}"
        places[service] = pod["metadata"]["name"]
    questions = [question.replace(name, running.name) for question in _questions(name)]
    found: Values = {}
    for service in asked_of:
        output = _ask(running, places[service], questions)
        report = json.loads(_PROBE.findall(output.replace(running.name, name))[0])
        found[service] = leaves(report, fields, known=known)
    return found


def _written(running: Running, label: str) -> str:
    """A service as the compose file names it, from the label of its pods."""
    return next((name for name in running.project.services if label_value(name) == label), label)


def _questions(name: str) -> list[str]:
    """What the record asked, the same of every service; addresses and ids of then are of no use now."""
    asked: dict[str, str] = {}
    for step in evidence.record()["cases"][name]["steps"]:
        for kind, listed in _ASKED.findall(step["cmd"]):
            words = [word for word in listed.split(",") if not _OF_THEN.fullmatch(word)]
            if words:
                asked.setdefault(kind, ",".join(words))
    return [f"PROBE_{kind}={words}" for kind, words in asked.items()]


def _ask(running: Running, pod: str, questions: list[str]) -> str:
    silent = ("PROBE_STAY=", "PROBE_LISTEN=", "PROBE_QUIET=")
    command = ("exec", pod, "--", "/bin/busybox", "env", *silent, *questions, "/probe")
    return running.cluster.kubectl("--namespace", running.name, *command).stdout
