from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.e2e.program import COMPOSE, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    return tmp_path


def test_the_project_of_the_directory_becomes_manifests(project: Path) -> None:
    done = run("render", directory=project)
    assert done.returncode == 0, done.stderr
    kinds = {document["kind"] for document in yaml.safe_load_all(done.stdout)}
    assert {"Pod", "Service"} <= kinds
    assert b"# services.web" in done.stdout


def test_findings_go_to_standard_error_with_file_and_line(project: Path) -> None:
    told = run("render", directory=project).stderr.decode()
    assert "compose.yaml:6:" in told
    assert "services.web.cpu_shares" in told
    assert "    6 |     cpu_shares: 512" in told


def test_findings_as_json_lines(project: Path) -> None:
    told = run("--diagnostics", "json", "render", directory=project).stderr
    found = [json.loads(line) for line in told.splitlines()]
    (shares,) = [entry for entry in found if entry["path"] == "services.web.cpu_shares"]
    assert (shares["line"], shares["severity"]) == (6, "warning")


def test_findings_as_annotations_from_the_root_of_the_repository(project: Path) -> None:
    (project / "sub").mkdir()
    (project / "compose.yaml").rename(project / "sub" / "compose.yaml")
    variables = {"GITHUB_WORKSPACE": str(project)}
    told = run("--diagnostics", "github", "render", directory=project / "sub", variables=variables).stderr.decode()
    assert "::warning file=sub/compose.yaml,line=6," in told


def test_quiet_hides_notes_and_keeps_warnings(project: Path) -> None:
    told = run("-q", "render", directory=project).stderr
    assert b"note[" not in told
    assert b"warning[" in told


def test_strict_makes_a_warning_stop_the_run_before_anything_is_written(project: Path) -> None:
    done = run("--strict", "render", directory=project)
    assert (done.returncode, done.stdout) == (17, b"")
    assert b"error[" in done.stderr
    assert run("--strict", "render", "-o", "out", directory=project).returncode == 17
    assert not (project / "out").exists()


def test_a_clean_project_passes_strict_and_says_nothing(project: Path) -> None:
    (project / "compose.yaml").write_text("services: {web: {image: nginx}}\n")
    done = run("--strict", "-q", "render", directory=project)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_same_project_gives_the_same_bytes(project: Path) -> None:
    outputs = {run("render", directory=project, variables={"PYTHONHASHSEED": seed}).stdout for seed in "123"}
    assert len(outputs) == 1


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_output_is_utf_8_whatever_the_locale(project: Path, locale: str) -> None:
    variables = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = run("render", directory=project, variables=variables)
    assert done.returncode == 0, done.stderr
    assert "größe" in done.stdout.decode()


def test_json_is_one_list(project: Path) -> None:
    read = json.loads(run("render", "--format", "json", directory=project).stdout)
    assert (read["apiVersion"], read["kind"]) == ("v1", "List")


def test_a_directory_holds_a_file_per_object(project: Path) -> None:
    stream = run("render", directory=project).stdout
    done = run("render", "-o", "out", directory=project)
    assert (done.returncode, done.stdout) == (0, b"")
    written = sorted((project / "out").glob("*.yaml"))
    assert b"---\n".join(path.read_bytes() for path in written) == stream


def test_a_directory_with_foreign_files_is_refused(project: Path) -> None:
    done = run("render", "-o", ".", directory=project)
    assert done.returncode == 18
    assert b"compose.yaml" in done.stderr


def test_a_project_that_needs_a_registry_says_so_with_its_place(project: Path) -> None:
    (project / "compose.yaml").write_text("services:\n  web:\n    build: .\n")
    (project / "Dockerfile").write_text("FROM scratch\nCOPY compose.yaml /\n")
    done = run("render", directory=project)
    assert (done.returncode, done.stdout) == (16, b"")
    assert b"--registry" in done.stderr or b"registry" in done.stderr
    assert b"compose.yaml:" in done.stderr
    assert run("render", "--registry", "registry.example:5000", directory=project).returncode == 0
