"""``up --artifacts``: what a run leaves behind, in a directory: logs, events, states, manifests, findings, results."""

from __future__ import annotations

import base64
import json
import shutil
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import execute, records
from hybridcompose.cluster.streams.logs import Source, copy
from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.fetch import fetch, results
from hybridcompose.engine.logs import container_names
from hybridcompose.plan.labels import COLLECTOR
from hybridcompose.write import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from hybridcompose.cluster.records import Recorded
    from hybridcompose.engine.chronicle import Chronicle, Outcome
    from hybridcompose.engine.fetch import Results
    from hybridcompose.engine.job_results import Fetched
    from hybridcompose.engine.target import Target
    from hybridcompose.plan import Manifest, Plan

_REDACTED = base64.b64encode(b"redacted").decode()


class _Log(NamedTuple):
    source: Source
    name: str
    previous: bool = False


def save(
    target: Target,
    plan: Plan,
    chronicle: Chronicle,
    outcome: Outcome,
    directory: str,
    fetched: Mapping[str, Fetched] = MappingProxyType({}),
) -> list[str]:
    """Fills the directory in the place of what an earlier run left there; all of it, or nothing changes.

    ``fetched`` are results that could not wait, by the key of their container: they are moved. What cannot be had from
    the cluster is left out: the result says what that was, as does ``problems.txt``.
    Raises ``OutputError`` where the directory cannot be written.
    """
    from hybridcompose.diagnostics.output import jsonlines
    from hybridcompose.render import render

    with replacing(directory) as new:
        _write(new / "manifests.yaml", render(_without_secrets(plan)))
        _write(new / "findings.jsonl", jsonlines.show(plan.diagnostics))
        _write(new / "result.json", _result(target, chronicle, outcome))
        # To ask a cluster that does not answer for each log would take minutes.
        problems = ["the cluster did not answer"] if outcome.unreachable else list(_of_cluster(target, new, fetched))
        if problems:
            _write(new / "problems.txt", "".join(f"{problem}\n" for problem in problems))
    return problems


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _result(target: Target, chronicle: Chronicle, outcome: Outcome) -> str:
    told: dict[str, Any] = {
        "project": target.project,
        "namespace": target.namespace,
        "outcome": str(outcome),
        "exitCode": outcome.code,
        "errors": [{"service": service, "message": text} for service, text in outcome.errors],
        "seconds": round(chronicle.seconds, 3),
        "services": [
            {"name": one.service, "state": one.state, "exitCode": one.exit_code, "seconds": round(one.seconds, 3)}
            for one in chronicle.standings()
        ],
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n"


def _without_secrets(plan: Plan) -> Plan:
    """The plan with every value of a Secret replaced."""
    resources = (resource._replace(manifest=_redacted(resource.manifest)) for resource in plan.resources)
    return plan._replace(resources=tuple(resources))


def _redacted(manifest: Manifest) -> Manifest:
    if manifest["kind"] != "Secret":
        return manifest
    kept = {key: value for key, value in manifest.items() if key not in ("data", "stringData")}
    names = sorted({*manifest.get("data", {}), *manifest.get("stringData", {})})
    return {**kept, "data": dict.fromkeys(names, _REDACTED)}


def _of_cluster(target: Target, new: Path, fetched: Mapping[str, Fetched]) -> Iterator[str]:
    """Saves what the cluster has, and yields what went wrong."""
    try:
        found = records.pods(target.api, target.namespace, target.selector)
    except ClusterError as error:
        yield f"no pods: {error}"
        return
    _write(new / "pods.json", f"{json.dumps([one.standing for one in found], indent=2)}\n")
    logs = execute.together(partial(_save_log, target, new / "logs"), _logs(target, found))
    named = chain.from_iterable(map(results, found))
    told = execute.together(partial(_fetch, target, new / "artefacts", _names(found), fetched), named)
    for problems in (*logs, *told):
        yield from problems
    subjects = frozenset(one.pod.uid for one in found) if target.shared else None
    try:
        lines = records.events(target.api, target.namespace, subjects)
    except ClusterError as error:
        yield f"no events: {error}"
    else:
        _write(new / "events.txt", "".join(f"{line}\n" for line in lines))


def _names(found: Iterable[Recorded]) -> dict[str, str]:
    """The names of services' containers, by the key of their pod."""
    pods = [pod for one in found if one.pod.service for pod in one.pod.parts or (one.pod,)]
    return container_names(pods)


def _logs(target: Target, found: list[Recorded]) -> Iterator[_Log]:
    """Every log that there is: of services under their containers' names, of others under their pods'."""
    names = _names(found)
    for one in found:
        pods = one.pod.parts or (one.pod,)
        mains = {pod.main.name: names[pod.key] for pod in pods if pod.main is not None and pod.key in names}
        for container in one.pod.containers:
            if container.has_run and not container.name.startswith(COLLECTOR):
                name = mains.get(container.name, f"{one.pod.name}.{container.name}")
                source = Source(target.namespace, one.pod.name, container.name)
                yield _Log(source, name)
                if container.restarts:
                    yield _Log(source, f"{name}.previous", previous=True)


def _save_log(target: Target, directory: Path, log: _Log) -> list[str]:
    directory.mkdir(exist_ok=True)
    try:
        with (directory / f"{log.name}.log").open("wb") as file:
            copy(target.api, log.source, file.write, previous=log.previous)
    except ClusterError as error:
        return [f"the log of {log.name} is not complete: {error}"]
    return []


def _fetch(
    target: Target, directory: Path, names: dict[str, str], fetched: Mapping[str, Fetched], wanted: Results
) -> list[str]:
    key = wanted.service.key
    place = directory / names.get(key, wanted.service.name)
    if key in fetched:
        if fetched[key].directory.exists():
            directory.mkdir(exist_ok=True)
            shutil.move(fetched[key].directory, place)
        return list(fetched[key].problems)
    try:
        return list(fetch(target, wanted, place))
    except ClusterError as error:
        return [f"nothing was fetched from {wanted.name}: {error}"]
