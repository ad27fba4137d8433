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
import shutil
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

import hybridcompose as hc
from hybridcompose.diagnostics import format_path

FIXTURES = Path(__file__).parents[2] / "fixtures"
UPDATE = bool(os.environ.get("HYBRIDCOMPOSE_UPDATE_GOLDEN"))
PLACEHOLDER = "@PROJECT@"
#: The cluster that is meant where nobody says otherwise, and one that lacks its newest fields.
KUBERNETES = ("1.37", "1.32")


@dataclass(frozen=True)
class Fixture:
    """A project below fixtures/ and, in ``directory``, a copy whose permissions no umask has changed."""

    name: str
    directory: Path
    files: list[str]
    profiles: list[str]
    environment: dict[str, str]
    render: dict[str, Any]

    def load(self) -> hc.Project:
        files = [str(self.directory / file) for file in self.files]
        return hc.load(*files, profiles=self.profiles, environment=self.environment)

    def translate(self, **more: Any) -> hc.Plan:
        return hc.translate(self.load(), **{**self.render, **more})

    def golden(self, name: str) -> Path:
        return FIXTURES / self.name / "golden" / name


def fixture_names() -> list[str]:
    return sorted(file.parent.name for file in FIXTURES.glob("*/fixture.toml"))


@pytest.fixture(params=fixture_names())
def fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Fixture:
    name: str = request.param
    settings = tomllib.loads((FIXTURES / name / "fixture.toml").read_text())
    directory = tmp_path / name
    shutil.copytree(FIXTURES / name, directory, ignore=shutil.ignore_patterns("golden", "fixture.toml", "__pycache__"))
    for path in (directory, *directory.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return Fixture(
        name, directory, settings["files"], settings["profiles"], settings["environment"], settings["render"]
    )


def test_the_project_is_the_one_that_the_reference_loads(fixture: Fixture) -> None:
    ours = json.dumps(fixture.load().to_dict(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    golden = fixture.golden("config.json")
    fail_on_difference(golden.read_text(), reviewable(ours, fixture), golden.name)


def test_the_manifests_are_the_reviewed_ones(fixture: Fixture) -> None:
    compare(fixture.golden("manifests.yaml"), reviewable(hc.render(fixture.translate()), fixture))


def test_the_findings_are_the_reviewed_ones(fixture: Fixture) -> None:
    found = (
        f"{finding.severity}[{finding.code}] {format_path(finding.path)}: {finding.message}"
        + (f"\n    {finding.remedy}" if finding.remedy else "")
        for finding in fixture.translate().diagnostics
    )
    compare(fixture.golden("diagnostics.txt"), reviewable("".join(f"{text}\n" for text in found), fixture))


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
