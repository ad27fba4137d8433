"""What ``run`` makes of a service: its pod once more, beside everything that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from hybridcompose import api
from hybridcompose.translate.one_off import OneOff

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.plan import Plan

PROJECT = """\
name: p
services:
  db: {image: db, healthcheck: {test: "true"}, volumes: ["data:/data"]}
  app:
    image: app
    hostname: apphost
    command: [serve]
    scale: 3
    restart: always
    environment: {A: compose}
    networks: {default: {aliases: [appalias]}}
    depends_on: {db: {condition: service_healthy}}
  other: {image: other, volumes: ["data:/d"], ports: ["80"]}
  beside: {image: beside, network_mode: "service:app", depends_on: [app]}
jobs:
  once: {image: once, command: [work], depends_on: {db: {condition: service_healthy}}, triggers: {manual: true}}
volumes: {data: {}}
"""
NUMBER = "0123456789ab"


def _project(tmp_path: Path, text: str = PROJECT) -> Any:
    path = tmp_path / "compose.yaml"
    path.write_text(text, encoding="utf-8")
    return hc.load(path, environment={})


@pytest.fixture
def project(tmp_path: Path) -> Any:
    return _project(
        tmp_path, PROJECT.replace('  beside: {image: beside, network_mode: "service:app", depends_on: [app]}\n', "")
    )


def translate_one_off(project: Any, one_off: OneOff, namespace: str | None, **options: Any) -> Plan:
    return api.translate_one_off(project, one_off, namespace, resolve_images="none", **options)


def _pod(plan: Plan) -> dict[str, Any]:
    (key,) = plan.services[-1].workloads
    return plan.by_key()[key].manifest


def _container(plan: Plan) -> dict[str, Any]:
    container: dict[str, Any] = _pod(plan)["spec"]["containers"][0]
    return container


def test_it_is_the_services_pod_once_under_a_name_of_its_own(project: Any) -> None:
    pod = _pod(translate_one_off(project, OneOff("app", NUMBER), None))
    assert pod["metadata"]["name"] == f"app-run-{NUMBER}"
    assert (pod["spec"]["restartPolicy"], pod["spec"]["hostname"]) == ("Never", "apphost")
    assert pod["spec"]["containers"][0]["args"] == ["serve"]


def test_no_service_selects_it_unless_it_is_to_have_the_names(project: Any) -> None:
    for aliases in (False, True):
        plan = translate_one_off(project, OneOff("app", NUMBER, aliases=aliases), None)
        labels = _pod(plan)["metadata"]["labels"]
        every = hc.translate(project).resources
        selectors = [one.manifest["spec"]["selector"] for one in every if one.key.kind == "Service"]
        found = [selector for selector in selectors if selector.items() <= labels.items()]
        assert len(found) == (3 if aliases else 0)  # app, appalias and apphost
        assert labels["hybridcompose.io/one-off"] == "app"


def test_what_it_depends_on_comes_first_and_nothing_else_is_made(project: Any) -> None:
    plan = translate_one_off(project, OneOff("app", NUMBER), None)
    assert [service.name for service in plan.services] == ["db", "app"]
    assert [need.service for need in plan.services[-1].needs] == ["db"]
    made = {str(resource.key) for resource in plan.resources}
    assert made == {"persistentvolumeclaim/p-data", "pod/db", "service/db", f"pod/app-run-{NUMBER}"}
    alone = translate_one_off(project, OneOff("app", NUMBER, dependencies=False), None)
    assert [service.name for service in alone.services] == ["app"]
    assert alone.services[-1].needs == ()


def test_a_dependency_is_what_up_makes_of_it(project: Any) -> None:
    """A volume that only services share which are not run here is one."""
    (running,) = [one for one in hc.translate(project, ordering="none").resources if str(one.key) == "pod/db"]
    (found,) = [
        one for one in translate_one_off(project, OneOff("app", NUMBER), None).resources if str(one.key) == "pod/db"
    ]
    assert found.manifest == running.manifest


def test_the_command_line_wins_over_the_service(project: Any) -> None:
    one_off = OneOff(
        "app",
        NUMBER,
        ("echo", "x"),
        entrypoint=("sh", "-c"),
        environment={"A": "cli", "B": "b"},
        user="7:8",
        workdir="/w",
        cap_add=("NET_ADMIN",),
        name="mine",
        stdin=True,
        tty=True,
    )
    plan = translate_one_off(project, one_off, None)
    container = _container(plan)
    assert _pod(plan)["metadata"]["name"] == "mine"
    assert (container["command"], container["args"], container["workingDir"]) == (["sh", "-c"], ["echo", "x"], "/w")
    assert {entry["name"]: entry["value"] for entry in container["env"]} == {"A": "cli", "B": "b"}
    assert (container["stdin"], container["stdinOnce"], container["tty"]) == (True, True, True)
    assert container["securityContext"]["runAsUser"] == 7
    assert "NET_ADMIN" in container["securityContext"]["capabilities"]["add"]


def test_an_entrypoint_drops_the_command(project: Any) -> None:
    container = _container(translate_one_off(project, OneOff("app", NUMBER, entrypoint=("cat",)), None))
    assert container["command"] == ["cat"]
    assert "args" not in container


def test_a_job_runs_as_a_service_does(project: Any) -> None:
    plan = translate_one_off(project, OneOff("once", NUMBER), None)
    assert [service.name for service in plan.services] == ["db", "once"]
    assert (_pod(plan)["kind"], _container(plan)["args"]) == ("Pod", ["work"])


@pytest.mark.parametrize("workloads", ["pod", "deployment"])
def test_it_is_a_pod_whatever_keeps_the_services(project: Any, workloads: str) -> None:
    plan = translate_one_off(project, OneOff("app", NUMBER), None, workloads=workloads)
    assert (_pod(plan)["kind"], _pod(plan)["spec"]["restartPolicy"]) == ("Pod", "Never")


def test_one_of_several_services_in_a_pod_is_refused(tmp_path: Path) -> None:
    with pytest.raises(hc.TranslateError, match="beside shares a network with other services"):
        translate_one_off(_project(tmp_path, PROJECT.replace("    scale: 3\n", "")), OneOff("beside", NUMBER), None)


def test_an_unknown_name_is_no_service_and_no_job(project: Any) -> None:
    with pytest.raises(KeyError, match="nosuch"):
        translate_one_off(project, OneOff("nosuch", NUMBER), None)
