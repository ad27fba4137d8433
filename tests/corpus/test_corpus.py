"""Real compose projects: loaded as the reference loads them, and rendered as objects that Kubernetes knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest

import hybridcompose as hc
from hybridcompose.load import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.real_projects import Row

KUBERNETES = "1.37"


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/user")


def project_of(row: Row) -> hc.Project:
    return load(row.files, environment=row.environment, profiles=["*"], project_directory=row.directory)


def verdict(row: Row) -> str:
    """``""`` where the row loads, else what was said."""
    try:
        project_of(row)
    except hc.LoadError as error:
        return str(error)
    return ""


def test_every_row_that_the_reference_loads_is_loaded(corpus: list[Row]) -> None:
    refused = {row.name: verdict(row) for row in corpus if row.loads and verdict(row)}
    assert refused == {}


def test_every_row_that_the_reference_refuses_is_refused_with_a_place(corpus: list[Row]) -> None:
    for row in corpus:
        if row.loads:
            continue
        with pytest.raises(hc.LoadError) as caught:
            project_of(row)
        assert [finding for finding in caught.value.diagnostics if finding.location is None] == [], row.name


def differences(ours: Any, reference: Any, path: str = "") -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(reference, dict):
        for key in sorted({*ours, *reference}):
            yield from differences(ours.get(key, "<absent>"), reference.get(key, "<absent>"), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(reference, list) and len(ours) == len(reference):
        for index, pair in enumerate(zip(ours, reference, strict=True)):
            yield from differences(*pair, f"{path}[{index}]")
    elif ours != reference:
        yield f"{path}: {ours!r} instead of {reference!r}"


def test_the_canonical_form_equals_the_reference(corpus: list[Row]) -> None:
    found = {
        row.name: list(differences(json.loads(json.dumps(project_of(row).to_dict())), row.expected()))
        for row in corpus
        if row.loads
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


def rendered(row: Row) -> hc.Plan | hc.HybridComposeError:
    try:
        return hc.translate(project_of(row), registry="registry.example:5000", allow_host_access=True)
    except hc.HybridComposeError as error:
        return error


def test_every_row_gives_valid_objects_or_a_located_error(corpus: list[Row]) -> None:
    """One pass over all rows: objects are held against the schemas, errors against their promise."""
    problems: list[str] = []
    plans = 0
    for row in corpus:
        result = rendered(row)
        if isinstance(result, hc.HybridComposeError):
            errors = [finding for finding in result.diagnostics if finding.severity == "error"]
            problems += [f"{row.name}: {finding}" for finding in errors if finding.location is None or not errors]
            continue
        plans += 1
        for resource in result.resources:
            try:
                kubernetes_validate.validate(resource.manifest, KUBERNETES, strict=True)
            except kubernetes_validate.ValidationError as error:
                problems.append(f"{row.name}: {resource.key}: {error.message}")
    assert problems == []
    assert plans >= 0.6 * len(corpus)
