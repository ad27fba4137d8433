from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import COMPOSE, ROOT, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    return tmp_path


def test_a_key_is_explained_without_a_project(tmp_path: Path) -> None:
    told = run("explain", "services.healthcheck", directory=tmp_path).stdout.decode()
    assert "readinessProbe" in told
    assert re.search(r"hybridcompose/translate/health\.py:\d+", told)


def test_a_key_of_the_project_is_explained_with_its_line_and_what_it_changes(project: Path) -> None:
    told = run("explain", "services.web.environment.GREETING", directory=project).stdout.decode()
    assert "compose.yaml:5:" in told
    assert "pod/web: spec.containers[web].env[GREETING]" in told


def test_a_broken_project_hinders_no_question_about_the_specification(project: Path) -> None:
    (project / "compose.yaml").write_text("services: [")
    assert run("explain", "services.*.healthcheck", directory=project).returncode == 0
    assert run("explain", "healthcheck", directory=project).returncode == 0
    assert run("explain", "services.web.healthcheck", directory=project).returncode == 15


@pytest.mark.parametrize(
    ("path", "meant"),
    [("services.web.helthcheck", "services.web.healthcheck"), ("services.wep.image", "web"), ("helthcheck", "health")],
)
def test_a_slip_is_told_with_what_may_be_meant(project: Path, path: str, meant: str) -> None:
    done = run("explain", path, directory=project)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"Did you mean {meant}" in done.stderr.decode() or meant in done.stderr.decode()


def test_without_a_path_the_keys_of_the_project_are_listed(project: Path) -> None:
    lines = run("explain", directory=project).stdout.decode().splitlines()
    assert [line for line in lines if line.startswith("D services.web.cpu_shares")]
    assert len(run("explain", "--format", "json", directory=project.parent).stdout) > 50_000


def test_the_json_form_has_the_keys_that_are_documented(project: Path) -> None:
    page = (ROOT / "docs/reference/explain.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-zA-Z.]+)`", page, re.MULTILINE))
    told = json.loads(run("explain", "services.web.image", "--format", "json", directory=project).stdout)
    assert {key for key in documented if "." not in key} == told.keys()
    assert {key.partition(".")[2] for key in documented if "." in key} == told["project"].keys()
    listing = json.loads(run("explain", "--format", "json", directory=project).stdout)
    assert listing.keys() == {"classes", "keys"}
    assert listing["keys"][0].keys() == {"path", "class", "fields"}
