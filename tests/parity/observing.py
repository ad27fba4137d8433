"""What one side shows of scenarios: run, wait until every service has reported, ask, remove."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from tests.parity.sides import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.parity.scenarios import Scenario
    from tests.parity.sides import Said, Side

#: A service that has said nothing by then says nothing.
SECONDS = 150
#: Parts of an observation that are not the probe's.
EXIT, STOP, STATE, LOGS = "exit", "stop", "state", "logs"
#: Instead of everything else: the project did not start.
REFUSED = "refused"
_PREFIX = re.compile(r"^(?P<service>\S+?)-(?P<number>\d+) +\| (?P<text>.*)$")
_ADDRESS = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b")


class Shown(NamedTuple):
    """``seen`` is what is compared; ``said`` what ``up`` and each command printed on standard error."""

    seen: dict[str, Any]
    said: dict[str, str]


class Project:
    """Scenarios that run in one project, on one side."""

    def __init__(self, side: Side, batch: list[Scenario], directory: Path) -> None:
        self.side, self.batch = side, batch
        self.name = f"parity-{uuid.uuid4().hex[:8]}"
        self.environment = {name: value for scenario in batch for name, value in scenario.environment.items()}
        # Copies: a container may write into what is bound, and Docker makes what is not there.
        copies = [copied(scenario.file.parent, directory / scenario.name) / "compose.yml" for scenario in batch]
        self.file = copies[0]
        if len(batch) > 1:
            self.file = directory / "compose.yml"
            self.file.write_text(yaml.safe_dump({"include": [str(file) for file in copies]}))

    def call(self, *arguments: str) -> Said:
        return call(self.side, self.file, self.name, *arguments, **self.environment)

    def lines(self) -> dict[str, list[str]]:
        """What the services have said so far, each container's lines in order."""
        found: dict[str, list[str]] = {}
        for line in self.call("logs", "--no-color").out.splitlines():
            if matched := _PREFIX.match(line):
                found.setdefault(matched["service"], []).append(matched["text"])
        return found

    def states(self) -> dict[str, dict[str, Any]]:
        """The first container of each service, as ``ps`` lists it."""
        text = self.call("ps", "--all", "--format", "json").out.strip()
        entries = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
        return {entry["Service"]: entry for entry in reversed(entries)}


def copied(source: Path, target: Path) -> Path:
    """A copy whose modes do not depend on the umask of a checkout."""
    shutil.copytree(source, target, symlinks=True)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return target


def observe(side: Side, batch: list[Scenario], seconds: float = SECONDS) -> dict[str, Shown]:
    """What each scenario shows, by its id. Nothing of it is left afterwards.

    ``seconds`` is how long reports are waited for. A project that does not start is divided, so that the scenario that
    is the reason shows it, and it alone.
    """
    try:
        return _observe(side, batch, seconds)
    except NotStartedError:
        return {name: shown for scenario in batch for name, shown in _observe(side, [scenario], seconds).items()}


class NotStartedError(Exception):
    """``up`` failed for scenarios that share a project."""


def _observe(side: Side, batch: list[Scenario], seconds: float) -> dict[str, Shown]:
    with tempfile.TemporaryDirectory() as directory:
        project = Project(side, batch, Path(directory))
        try:
            return {scenario.id: shown for scenario, shown in _observed(project, seconds)}
        finally:
            project.call("down", "--volumes", "--timeout", "0")


def _observed(project: Project, seconds: float) -> Iterator[tuple[Scenario, Shown]]:
    first = project.batch[0]
    started = project.call("up", *(first.up if first.up is not None else ("-d",)))
    if started.code and first.up is None:
        if len(project.batch) > 1:
            raise NotStartedError(started.err)
        yield first, Shown({REFUSED: True}, {"up": started.err})
        return
    of_up: dict[str, Any] = {} if first.up is None else {"up": {"code": started.code}}
    if first.up is None:
        _await_reports(project, seconds)
    followed = {scenario.id: [*_followed(project, scenario)] for scenario in project.batch}
    states = project.states()
    if any(scenario.observes(STOP) for scenario in project.batch):
        project.call("stop")
        states = project.states()
    lines = project.lines()
    for scenario in project.batch:
        of_commands = {name: seen for name, seen, _ in followed[scenario.id]}
        said = {name: text for name, _, text in followed[scenario.id]}
        services = _of_services(scenario, lines, states, project.name)
        yield scenario, Shown({**of_up, **of_commands, **services}, {"up": started.err, **said})


def _followed(project: Project, scenario: Scenario) -> Iterator[tuple[str, dict[str, Any], str]]:
    """What the commands of a scenario show, and what they print on standard error."""
    for place, step in enumerate(scenario.then, 1):
        said = project.call(*step.arguments)
        seen: dict[str, Any] = {"code": said.code}
        if step.report:
            report = normal(_report(said.out.splitlines()) or {}, project.name)
            seen["report"] = {part: _part(report, part) for part in step.report}
        elif not step.quiet:
            seen["out"] = _ADDRESS.sub(_address, said.out.replace(project.name, "PROJECT"))
        yield f"then {place}", seen, said.err


def _await_reports(project: Project, seconds: float) -> None:
    """Polls until each service has said what is compared; what is missing then shows in the comparison.

    A command is a second of a processor: ends are asked for when everything is said, and less and less often.
    """
    wanted = [(name, parts) for scenario in project.batch for name, parts in scenario.services.items()]
    ended = [name for name, parts in wanted if EXIT in parts]
    end, pause = time.monotonic() + seconds, 0.5
    while time.monotonic() < end:
        lines = project.lines()
        if all(_has_said(parts, lines.get(name, [])) for name, parts in wanted) and _have_ended(project, ended):
            return
        time.sleep(pause)
        pause = min(pause * 1.5, 3)


def _has_said(parts: tuple[str, ...], lines: list[str]) -> bool:
    reports = [part for part in parts if part not in (EXIT, STATE, STOP)]
    return not reports or (bool(lines) if reports == [LOGS] else _report(lines) is not None)


def _have_ended(project: Project, names: list[str]) -> bool:
    if not names:
        return True
    states = project.states()
    return all(states.get(name, {}).get("State") in ("exited", "dead") for name in names)


def _report(lines: list[str]) -> dict[str, Any] | None:
    """The last one: a service that was started again has written several."""
    for line in reversed(lines):
        if line.startswith('{"report":'):
            found: dict[str, Any] = json.loads(line)["report"]
            return found
    return None


def _of_services(
    scenario: Scenario, lines: dict[str, list[str]], states: dict[str, dict[str, Any]], project: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, parts in scenario.services.items():
        said = lines.get(name, [])
        report = normal(_report(said) or {}, project)
        seen: dict[str, Any] = {}
        for part in parts:
            if part == EXIT:
                seen[part] = states.get(name, {}).get("ExitCode")
            elif part == STATE:
                seen[part] = [states.get(name, {}).get(key) for key in ("State", "Health")]
            elif part == STOP:
                # Without code= the probe ends with 128 and the signal. The log of a pod that is stopped is gone.
                seen[part] = states.get(name, {}).get("ExitCode")
            elif part == LOGS:
                seen[part] = said
            else:
                seen[part] = _part(report, part)
        found[name] = seen
    return found


def _part(report: Any, part: str) -> Any:
    """``mounts:/data`` is that entry of ``mounts``: places have dots."""
    name, _, key = part.partition(":")
    value = report.get(name) if isinstance(report, dict) else None
    return value.get(key) if key and isinstance(value, dict) else value


def normal(report: dict[str, Any], project: str) -> dict[str, Any]:
    """The report without what is different in every run: names of projects and containers, addresses."""
    if not report:
        return {}
    own = report["hostname"]
    text = json.dumps(report).replace(project, "PROJECT")
    if re.fullmatch(r"[0-9a-f]{12}", own):
        text = text.replace(own, "CONTAINER")
    changed: dict[str, Any] = json.loads(_ADDRESS.sub(_address, text))
    if changed["environment"].get("HOSTNAME") == changed["hostname"]:
        del changed["environment"]["HOSTNAME"]  # bound to what the host name itself shows
    # Kubernetes adds these to every container, whatever a pod says.
    changed["environment"] = {
        key: value for key, value in changed["environment"].items() if not key.startswith("KUBERNETES_")
    }
    return changed


def _address(found: re.Match[str]) -> str:
    """Those of containers and Services are anybody's; loopback and what compose files write are not."""
    return "ADDRESS" if found[0].startswith(("172.30.", "10.")) else found[0]
