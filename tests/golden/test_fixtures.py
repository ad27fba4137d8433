"""Every project under fixtures/ through the whole pipeline, compared with what was reviewed.

``golden/config.json`` is what the reference loader made of the project; it is never written from here.
``golden/manifests.yaml`` and ``golden/diagnostics.txt`` are written anew with ``HYBRIDCOMPOSE_UPDATE_GOLDEN=1``
(``make golden``); the difference is then for a reviewer to judge.
"""

from __future__ import annotations

import base64
import difflib
import gzip
import io
import json
import os
import re
import tarfile
from typing import TYPE_CHECKING

import kubernetes_validate
import pytest
import yaml

import hybridcompose as hc
from hybridcompose.diagnostics import format_path
from tests.fixtures import FIXTURES, NAMES, Fixture

if TYPE_CHECKING:
    from pathlib import Path

UPDATE = bool(os.environ.get("HYBRIDCOMPOSE_UPDATE_GOLDEN"))
PLACEHOLDER = "@PROJECT@"
#: The cluster that is meant where nobody says otherwise, and one that lacks its newest fields.
KUBERNETES = ("1.37", "1.32")


@pytest.fixture(params=NAMES)
def fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Fixture:
    return Fixture.named(request.param).copied(tmp_path / request.param)


def golden(fixture: Fixture, name: str) -> Path:
    return FIXTURES / fixture.name / "golden" / name


def test_the_project_is_the_one_that_the_reference_loads(fixture: Fixture) -> None:
    ours = json.dumps(fixture.load().to_dict(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    reviewed = golden(fixture, "config.json")
    fail_on_difference(reviewed.read_text(), reviewable(ours, fixture), reviewed.name)


def test_the_manifests_are_the_reviewed_ones(fixture: Fixture) -> None:
    compare(golden(fixture, "manifests.yaml"), reviewable(hc.render(fixture.translate()), fixture))


def test_the_findings_are_the_reviewed_ones(fixture: Fixture) -> None:
    found = (
        f"{finding.severity}[{finding.code}] {format_path(finding.path)}: {finding.message}"
        + (f"\n    {finding.remedy}" if finding.remedy else "")
        for finding in fixture.translate().diagnostics
    )
    compare(golden(fixture, "diagnostics.txt"), reviewable("".join(f"{text}\n" for text in found), fixture))


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_manifest_obeys_the_schema_of_the_kubernetes_that_it_is_for(fixture: Fixture, version: str) -> None:
    documents = list(yaml.safe_load_all(hc.render(fixture.translate(kubernetes_version=version))))
    assert documents
    for document in documents:
        kubernetes_validate.validate(document, version, strict=True)


def test_every_service_has_a_manifest_that_names_it(fixture: Fixture) -> None:
    plan = fixture.translate()
    caused = {resource.cause[1] for resource in plan.resources if resource.cause[:1] == ("services",)}
    assert caused == set(fixture.load().services)


def compare(golden: Path, actual: str) -> None:
    if UPDATE:
        golden.write_text(actual)
    fail_on_difference(golden.read_text() if golden.exists() else "", actual, golden.name)


def fail_on_difference(expected: str, actual: str, name: str) -> None:
    lines = difflib.unified_diff(
        expected.splitlines(keepends=True), actual.splitlines(keepends=True), f"golden/{name}", "now"
    )
    difference = "".join(lines)
    if difference:
        pytest.fail(f"{name} differs from the reviewed one:\n{difference}", pytrace=False)


def reviewable(text: str, fixture: Fixture) -> str:
    """The text without what depends on the machine: the project's place, and the bytes that its zlib makes."""
    text = text.replace(str(fixture.directory), PLACEHOLDER)
    return re.sub(r'(context\.tar\.gz: )"?([A-Za-z0-9+/=]{40,})"?', lambda match: match[1] + listing(match[2]), text)


def listing(archive: str) -> str:
    """A build context in base64 as the names, modes and sizes of what is in it."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(base64.b64decode(archive)))) as tar:
        return "<" + ", ".join(f"{entry.name} {entry.mode:04o} {entry.size}" for entry in tar) + ">"
