"""Where an option's value comes from: flag, variable, configuration file, the program itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.e2e.program import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx}}\n", encoding="utf-8")
    (tmp_path / "config.yaml").write_text("pods: {labels: {from: file}, pull_secrets: [file]}\n", encoding="utf-8")
    return tmp_path


def labels(directory: Path, *arguments: str, **variables: str) -> dict[str, str]:
    done = run(*arguments, directory=directory, variables=variables)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = next(yaml.safe_load_all(done.stdout))["metadata"]["labels"]
    return found


def test_a_flag_wins_over_a_variable_over_the_file_over_nothing(project: Path) -> None:
    file = ("--config-file", "config.yaml")
    variable = {"HYBRIDCOMPOSE_LABEL": "from=variable"}
    assert labels(project, *file, "render", "--label", "from=flag", **variable)["from"] == "flag"
    assert labels(project, *file, "render", **variable)["from"] == "variable"
    assert labels(project, *file, "render")["from"] == "file"
    assert "from" not in labels(project, "render")


def test_the_file_can_be_named_by_a_variable(project: Path) -> None:
    assert labels(project, "render", HYBRIDCOMPOSE_CONFIG="config.yaml")["from"] == "file"
    named = labels(project, "--config-file", "/dev/null", "render", HYBRIDCOMPOSE_CONFIG="config.yaml")
    assert "from" not in named


def test_the_file_in_the_users_directory_is_found(project: Path) -> None:
    (project / ".config" / "hybridcompose").mkdir(parents=True)
    (project / "config.yaml").rename(project / ".config" / "hybridcompose" / "config.yaml")
    assert labels(project, "render", HOME=str(project))["from"] == "file"


def test_a_repeatable_flag_has_several_values_in_a_variable(project: Path) -> None:
    done = run("render", directory=project, variables={"HYBRIDCOMPOSE_PULL_SECRET": "a b"})
    pod = list(yaml.safe_load_all(done.stdout))[-1]
    assert pod["spec"]["imagePullSecrets"] == [{"name": "a"}, {"name": "b"}]


def test_what_the_file_switches_on_a_variable_switches_off(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM scratch\nCOPY config.yaml /\n", encoding="utf-8")
    (project / "compose.yaml").write_text("services: {web: {build: .}}\n", encoding="utf-8")
    (project / "config.yaml").write_text("registry: {push: r:5000, insecure: true}\n", encoding="utf-8")
    call = ("--config-file", "config.yaml", "render")
    assert b"--insecure-registry=r:5000" in run(*call, directory=project).stdout
    off = run(*call, directory=project, variables={"HYBRIDCOMPOSE_REGISTRY_INSECURE": "0"})
    assert off.returncode == 0, off.stderr
    assert b"--insecure-registry" not in off.stdout


def test_a_mistake_in_the_file_is_an_error_with_its_place(project: Path) -> None:
    (project / "config.yaml").write_text("registry:\n  psh: r\n", encoding="utf-8")
    done = run("--config-file", "config.yaml", "render", directory=project)
    assert (done.returncode, done.stdout) == (15, b"")
    assert "config.yaml:2:3: error[unknown-key]" in done.stderr.decode()
    assert run("--config-file", "missing.yaml", "render", directory=project).returncode == 15


def test_certificates_are_read_from_their_file(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM scratch\nCOPY config.yaml /\n", encoding="utf-8")
    (project / "compose.yaml").write_text("services: {web: {build: .}}\n", encoding="utf-8")
    (project / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    done = run("--registry", "r:5000", "--registry-ca", "ca.pem", "render", directory=project)
    held = [entry.get("data") for entry in yaml.safe_load_all(done.stdout) if entry["kind"] == "ConfigMap"]
    assert {"ca.crt": "-----BEGIN CERTIFICATE-----\n"} in held
    missing = run("--registry", "r:5000", "--registry-ca", "missing.pem", "render", directory=project)
    assert missing.returncode == 2
    assert b"missing.pem" in missing.stderr
