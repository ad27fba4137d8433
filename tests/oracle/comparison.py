"""One project loaded twice, by the package and by the reference, and what differs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hybridcompose as hc
from hybridcompose.load import Model, Stages, load, load_model
from hybridcompose.spec.base import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.reference_loader import LoadRequest, ReferenceLoader


#: What is wrong is not written in a file: an option, the absence of a file.
PLACELESS = (hc.Code.EMPTY_PROJECT, hc.Code.INVALID_PROJECT_NAME, hc.Code.NO_COMPOSE_FILE, hc.Code.MISSING_ENV_FILE)


#: Differences of trees without interpolation: docs/reference/loading.md.
INTENDED = re.compile(r"\.devices\[\d+\]: '|: \[\] instead of None$")

#: The reference's words for the stages that can be left out.
STAGES = {
    "interpolate": "interpolate",
    "normalize": "normalise",
    "path-resolution": "resolve_paths",
    "env-resolution": "resolve_environment",
    "consistency": "check_consistency",
}


def ours(request: LoadRequest) -> hc.Project | Model | hc.LoadError:
    files = [str(Path(request.directory, file)) for file in request.files]
    options: dict[str, Any] = {
        "environment": request.environment,
        "project_directory": request.directory,
        "project_name": request.project_name,
        "env_files": [str(Path(request.directory, file)) for file in request.env_files],
        "stages": Stages(**dict.fromkeys((STAGES[word] for word in request.skip), False)),
    }
    try:
        if "interpolate" in request.skip:
            return load_model(files or None, **options)
        return load(files or None, profiles=request.profiles, **options)
    except hc.LoadError as error:
        return error


def differences(
    reference: ReferenceLoader, request: LoadRequest, loaded: hc.Project | Model | hc.LoadError
) -> list[str]:
    """What the reference says otherwise: its verdict, or places of the canonical project."""
    answer = reference.load(request)
    if answer.crashed:
        return []  # no user wants it, and there is nothing to be equal to
    if isinstance(loaded, hc.LoadError):
        return [f"refused, but the reference loads it: {loaded}"] if answer.ok else []
    if not answer.ok:
        return [f"loaded, but the reference says: {answer.error}"]
    if isinstance(loaded, Model):
        found = unequal(_printed(plain(loaded.tree)), answer.project)
        return [place for place in found if not INTENDED.search(place)]
    return list(unequal(_printed(loaded.to_dict()), answer.project))


def _printed(value: Any) -> Any:
    return json.loads(json.dumps(value))


def unequal(mine: Any, other: Any, path: str = "") -> Iterator[str]:
    """The places where two JSON values differ."""
    if isinstance(mine, dict) and isinstance(other, dict):
        for key in sorted({*mine, *other}):
            yield from unequal(mine.get(key, "<absent>"), other.get(key, "<absent>"), f"{path}.{key}")
    elif isinstance(mine, list) and isinstance(other, list) and len(mine) == len(other):
        for index, pair in enumerate(zip(mine, other, strict=True)):
            yield from unequal(*pair, f"{path}[{index}]")
    elif mine != other or isinstance(mine, bool) != isinstance(other, bool):
        yield f"{path}: {mine!r} instead of {other!r}"


def broken_promises(error: hc.LoadError, request: LoadRequest) -> list[str]:
    """What a refusal owes and does not give: a code, a message, a place that exists, silence about secrets."""
    return [problem for finding in error.diagnostics for problem in _broken(finding, request)] or (
        [] if error.diagnostics else ["no finding"]
    )


def _broken(finding: hc.Diagnostic, request: LoadRequest) -> Iterator[str]:
    said = f"{finding.message} {finding.remedy or ''}"
    if not finding.message or not finding.code:
        yield f"says nothing: {finding}"
    if "hunter2" in said:
        yield f"tells a secret: {finding}"
    if finding.location is None:
        if finding.code not in PLACELESS:
            yield f"without a place: {finding}"
        return
    lines = Path(finding.location.file).read_text(encoding="utf-8-sig").split("\n")
    line = finding.location.line
    if not (1 <= line <= len(lines) and 1 <= finding.location.column <= len(lines[line - 1]) + 1):
        yield f"the place is outside its file: {finding}"
