"""Cases whose services go on running: health, restarts, the end that they are given."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.cluster.client import until
from tests.cluster.observed import evidence
from tests.cluster.observed.case import Case, Difference

if TYPE_CHECKING:
    from tests.cluster.observed.case import Values
    from tests.cluster.observed.runner import Running

_ENDLESS = "several"


# --- health


def _recorded_health() -> Values:
    """The line of ``ps`` for each service: service, state, health (which may be missing), exit code."""
    values: Values = {}
    for line in _output("health-forms", "dc ps -a").splitlines():
        service, _state, rest = line.split(" ", 2)
        health = rest.split(" ")[0]
        values[service] = {"health": {"healthy": "healthy", "unhealthy": "not healthy"}.get(health, "none")}
    return values


def _observed_health(running: Running) -> Values:
    expected = _recorded_health()
    running.up("-d")

    def health() -> Values:
        listed = running.listed()
        return {name: {"health": _health(listed.get(name))} for name in running.project.services}

    # What becomes healthy does so; what must not is looked at again when the others have had their time.
    until(lambda: all(health()[name] == expected[name] for name in expected), "the recorded health", 120)
    return health()


def _health(entry: Any) -> str:
    if entry is None or entry["State"] != "running":
        return "not running"
    return {"healthy": "healthy", "": "none"}.get(entry["Health"], "not healthy")


def _output(case: str, command: str) -> str:
    steps = evidence.record()["cases"][case]["steps"]
    return str(next(step["out"] for step in steps if step["cmd"].startswith(command)))


def _checks() -> str:
    """A second compose file: each check that succeeded compares what it prints with what it printed."""
    inherited = "FROM ${IMAGES}/base/probe:1\nHEALTHCHECK --interval=1s --timeout=2s --start-period=3s"
    built = {"build": {"context": ".", "dockerfile_inline": f"{inherited} --retries=5 CMD echo from-image\n"}}
    services: dict[str, Any] = dict.fromkeys(("none", "disable", "inherit", "override", "overridetest"), built)
    for step in evidence.record()["cases"]["health-forms"]["steps"]:
        found = re.match(r"docker inspect health-forms-(\w+)-1", step["cmd"])
        if found is None or found[1] in services:
            continue
        # The record is cut off where it is long.
        output = re.search(r'"Status":"healthy".*?"ExitCode":0,"Output":("(?:[^"\\]|\\.)*")', step["out"])
        if output is not None:
            test, _ = json.JSONDecoder().raw_decode(step["out"])
            services[found[1]] = {"healthcheck": {"test": _comparing(test["Test"], json.loads(output[1]))}}
    return json.dumps({"services": services})


def _comparing(test: list[str], output: str) -> list[str]:
    """The same test, whose words or script are as they are, inside a shell that compares its output."""
    kind, *words = (word.replace("$", "$$") for word in test)
    expected = output.rstrip("\n").replace("$", "$$")
    if kind == "CMD-SHELL":
        return [kind, f"test \"$$({words[0]})\" = '{expected}'"]
    return ["CMD", "sh", "-c", f'test "$$("$$@")" = \'{expected}\'', "sh", *words]


# --- the end


def _recorded_ends() -> Values:
    found: Values = {}
    for line in _output("stop", "dc ps -a").splitlines():
        service, state, code = line.split()
        found[service] = {"state": state, "exit": int(code)}
    return found


def _observed_ends(running: Running) -> Values:
    running.up("-d")
    running.control("kill", "killed")
    running.control("kill", "-s", "SIGINT", "kint")
    until(lambda: running.listed()["kint"]["State"] == "exited", "the end of kint")
    running.control("stop")
    return {name: {"state": entry["State"], "exit": entry["ExitCode"]} for name, entry in running.listed().items()}


# --- restarts


def _recorded_runs() -> Values:
    return {name: {"runs": _runs(found["runs"], name)} for name, found in evidence.facts("restart").items()}


def _runs(count: int, service: str) -> int | str:
    """How often a service without a limit has run by a certain time is nobody's promise."""
    return _ENDLESS if service in _UNLIMITED and count > 1 else count


_UNLIMITED = ("onf", "always0", "unless", "dpolany")


def _observed_runs(running: Running) -> Values:
    running.up("-d")
    expected = _recorded_runs()

    def seen() -> Values:
        pods = running.pods()
        return {name: {"runs": _runs(_count(pods, name), name)} for name in expected}

    until(lambda: seen() == expected, "the recorded runs", 200)
    return seen()


def _count(pods: list[dict[str, Any]], service: str) -> int:
    """The runs of a service: those of its containers, in the pods that were made for it."""
    total = 0
    for pod in pods:
        if pod["metadata"]["labels"].get("hybridcompose.io/service") == service:
            total += sum(_of_container(status) for status in pod["status"].get("containerStatuses", ()))
    return total


def _of_container(status: dict[str, Any]) -> int:
    started = "running" in status["state"] or "terminated" in status["state"] or status["restartCount"]
    return int(status["restartCount"]) + 1 if started else 0


def cases() -> tuple[Case, ...]:
    health = Case("health-forms", _recorded_health, _observed_health, override=_checks())
    ends = Case(
        "stop",
        _recorded_ends,
        _observed_ends,
        # A busy machine may take longer than the hundred seconds of the record.
        override='services: {sh: {command: "sleep 3600"}, shinit: {command: "sleep 3600"}}\n',
        differences=(Difference("shinit/exit", 137, "approximated", "services.shinit.init"),),
    )
    return health, ends, Case("restart", _recorded_runs, _observed_runs)
