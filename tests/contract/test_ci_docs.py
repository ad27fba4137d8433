"""The pipelines in docs/how-to/: what the systems that read them accept, with commands that exist."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml

from tests.contract.test_docs import PAGES, PROGRAM, Command, blocks_of, command_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIPELINES = [page for page in PAGES if page.name.startswith("ci-")]
BLOCKS = [block for page in PIPELINES for block in blocks_of(page) if block.language == "yaml"]
#: What neither the schemas of Kubernetes hold nor a package has: the fields that matter here.
_CUSTOM: dict[str, tuple[str, ...]] = {
    "Task": ("steps", "params", "workspaces"),
    "TaskRun": ("serviceAccountName", "taskRef", "params", "workspaces"),
    "WorkflowTemplate": ("entrypoint", "onExit", "serviceAccountName", "templates"),
}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _commands() -> Iterator[Command]:
    for block in BLOCKS:
        for document in yaml.safe_load_all(block.text):
            for text in _texts(document):
                for line in text.splitlines():
                    if " ".join(PROGRAM) in line:
                        yield command_of(block.page, line)


COMMANDS = list(dict.fromkeys(_commands()))
OBJECTS: list[dict[str, Any]] = [
    document for block in BLOCKS for document in yaml.safe_load_all(block.text) if "apiVersion" in document
]


def test_there_is_a_pipeline_for_each_system() -> None:
    assert {block.page.name for block in BLOCKS} == {"ci-github.md", "ci-gitlab.md", "ci-tekton.md", "ci-argo.md"}
    assert {command.page.name for command in COMMANDS} == {block.page.name for block in BLOCKS}


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_of_a_pipeline_and_its_options_exist(command: Command, tmp_path: Path) -> None:
    done = command.run(tmp_path, asks_for_help=True)
    assert done.returncode == 0, done.stderr
    assert f"hybridcompose {'up' if 'up' in command.arguments else 'down'} [OPTIONS]" in done.stdout


@pytest.mark.parametrize(
    ("page", "schema"), [("ci-github.md", "vendor.github-workflows"), ("ci-gitlab.md", "vendor.gitlab-ci")]
)
def test_a_pipeline_is_what_its_system_reads(page: str, schema: str, tmp_path: Path) -> None:
    [text] = [block.text for block in BLOCKS if block.page.name == page and block.text.startswith("# .git")]
    (tmp_path / "pipeline.yml").write_text(text, encoding="utf-8")
    call = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    if schema == "vendor.gitlab-ci":
        call += ["--data-transform", "gitlab-ci"]
    done = subprocess.run([*call, str(tmp_path / "pipeline.yml")], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("document", OBJECTS, ids=lambda document: f"{document['kind']}-{document['metadata']}")
def test_an_object_is_valid(document: dict[str, Any]) -> None:
    if document["kind"] in _CUSTOM:
        assert {*_CUSTOM[document["kind"]]} <= {*document["spec"]}
    else:
        kubernetes_validate.validate(document, "1.32", strict=True)


def test_steps_and_templates_refer_to_what_there_is() -> None:
    objects = {document["kind"]: document["spec"] for document in OBJECTS if "spec" in document}
    templates = {template["name"] for template in objects["WorkflowTemplate"]["templates"]}
    assert {objects["WorkflowTemplate"]["entrypoint"], objects["WorkflowTemplate"]["onExit"]} <= templates
    given = {param["name"] for param in objects["TaskRun"]["params"]}
    assert given == {param["name"] for param in objects["Task"]["params"]}
    spaces = {space["name"] for space in objects["TaskRun"]["workspaces"]}
    assert spaces == {space["name"] for space in objects["Task"]["workspaces"]}
