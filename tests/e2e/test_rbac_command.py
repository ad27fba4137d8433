"""The role that is printed, as kubectl reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.e2e.program import COMPOSE, run

if TYPE_CHECKING:
    from pathlib import Path


def _printed(directory: Path, *words: str) -> list[dict[str, Any]]:
    done = run("rbac", *words, directory=directory)
    assert done.returncode == 0, done.stderr.decode()
    return list(yaml.safe_load_all(done.stdout))


def _verbs(role: dict[str, Any], resource: str) -> set[str]:
    return {verb for rule in role["rules"] if resource in rule["resources"] for verb in rule["verbs"]}


def test_a_named_namespace_needs_a_role_and_no_more(tmp_path: Path) -> None:
    account, role, binding = _printed(tmp_path, "-n", "ci", "--service-account", "ci:runner", "--name", "small")
    assert (account["kind"], account["metadata"]) == ("ServiceAccount", {"name": "runner", "namespace": "ci"})
    assert (role["kind"], role["metadata"]) == ("Role", {"name": "small", "namespace": "ci"})
    assert _verbs(role, "namespaces") == set()
    assert (binding["kind"], binding["roleRef"]["name"]) == ("RoleBinding", "small")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "runner", "namespace": "ci"}]
    assert [rule for rule in role["rules"] if "*" in (*rule["verbs"], *rule["resources"], *rule["apiGroups"])] == []


def test_namespaces_of_projects_need_a_cluster_role(tmp_path: Path) -> None:
    _, role, binding = _printed(tmp_path)
    assert (role["kind"], binding["kind"]) == ("ClusterRole", "ClusterRoleBinding")
    assert _verbs(role, "namespaces") == {"get", "create", "delete", "patch"}


def test_what_is_for_the_whole_cluster_is_kept_apart(tmp_path: Path) -> None:
    kinds = {body["kind"]: body for body in _printed(tmp_path, "up", "gc", "-n", "ci")}
    assert _verbs(kinds["ClusterRole"], "namespaces") == {"list", "delete"}
    assert [rule["resources"] for rule in kinds["ClusterRole"]["rules"]] == [["namespaces"]]
    assert _verbs(kinds["Role"], "pods") > {"list", "watch", "create"}


def test_a_project_gets_the_role_that_it_needs(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    role = _printed(tmp_path, "-n", "ci")[1]
    assert "create" not in _verbs(role, "secrets")
    assert _verbs(role, "deployments") == set()
    assert "create" in _verbs(_printed(tmp_path, "-n", "ci", "--workloads", "deployment")[1], "deployments")


def test_other_commands_need_less(tmp_path: Path) -> None:
    role = _printed(tmp_path, "ps", "logs", "-n", "ci")[1]
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list", "watch"}
    assert _verbs(role, "secrets") == set()


def test_a_build_needs_what_it_makes_and_removes(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services: {app: {build: {dockerfile_inline: FROM scratch}, ports: [80], volumes: ['data:/data']}}\n"
        "volumes: {data: {}}\n",
        encoding="utf-8",
    )
    role = _printed(tmp_path, "build", "-n", "ci", "--storage", "persistent")[1]
    assert _verbs(role, "services") == _verbs(role, "persistentvolumeclaims") == set()
    assert _verbs(role, "configmaps") == {"patch", "create", "delete"}
    assert _verbs(role, "jobs") == {"patch", "create", "delete", "list", "watch"}


@pytest.mark.parametrize(
    ("words", "resource", "more"),
    [
        (("run", "--publish"), "pods/portforward", {"get", "create"}),
        (("up", "--publish"), "pods/portforward", {"get", "create"}),
        (("wait", "--down-project"), "services", {"list", "delete"}),
        (("wait", "--down-project"), "pods", {"list", "watch", "delete"}),
    ],
)
def test_a_flag_that_asks_for_more_gets_it(
    tmp_path: Path, words: tuple[str, str], resource: str, more: set[str]
) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    command, flag = words
    without = _verbs(_printed(tmp_path, command, "-n", "ci")[1], resource)
    assert _verbs(_printed(tmp_path, command, flag, "-n", "ci")[1], resource) == without | more
    assert not without >= more


def test_results_are_fetched_through_programs_in_pods(tmp_path: Path) -> None:
    file = "services: {app: {image: i, x-hybridcompose: {artefacts: [/out]}}}\n"
    for text, verbs in ((file, {"get", "create"}), (file.replace("artefacts: [/out]", ""), set[str]())):
        (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
        assert _verbs(_printed(tmp_path, "up", "-n", "ci")[1], "pods/exec") == verbs


def test_json_is_one_list(tmp_path: Path) -> None:
    done = run("rbac", "-n", "ci", "--format", "json", directory=tmp_path)
    assert [body["kind"] for body in json.loads(done.stdout)["items"]] == ["ServiceAccount", "Role", "RoleBinding"]


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("--service-account", "ns:"), ("--service-account", ":name"), ("up", "--down-project")],
)
def test_a_slip_is_a_usage_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run("rbac", *words, directory=tmp_path).returncode == 2
