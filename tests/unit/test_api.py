from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from hybridcompose import api
from tests.plans import plan, pod

if TYPE_CHECKING:
    from pathlib import Path


def _project(directory: Path, text: str = "services:\n  web:\n    image: nginx\n") -> hc.Project:
    (directory / "compose.yml").write_text(text, encoding="utf-8")
    return hc.load(directory / "compose.yml", environment={})


def test_a_project_becomes_manifests(tmp_path: Path) -> None:
    plan = hc.translate(_project(tmp_path), namespace="ci-42")
    assert {resource.cause for resource in plan.resources} >= {("services", "web")}
    assert "# services.web" in hc.render(plan)
    assert plan.namespace == "ci-42"


def test_nothing_is_gathered_where_facts_are_given(tmp_path: Path) -> None:
    project = _project(tmp_path, "services:\n  web:\n    image: nginx\n    volumes: [./gone:/gone:ro]\n")
    facts = hc.gather(project)
    first = hc.translate(project, facts=facts)
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "file").write_text("new")
    assert hc.translate(project, facts=facts) == first


def test_a_service_that_does_not_exist_cannot_be_started(tmp_path: Path) -> None:
    with (
        pytest.raises(hc.HybridComposeError, match="there is no service nope"),
        hc.up(_project(tmp_path), services=["nope"]),
    ):
        raise AssertionError("the block has begun")


def test_findings_of_a_plan_have_their_place_in_the_file(tmp_path: Path) -> None:
    project = _project(tmp_path, "services:\n  web:\n    image: nginx\n    cpu_shares: 5\n")
    places = [finding.location for finding in hc.translate(project).diagnostics if "cpu_shares" in finding.path]
    assert [place.line for place in places if place] == [4]


def test_errors_of_a_translation_have_their_place_in_the_file(tmp_path: Path) -> None:
    project = _project(tmp_path, "services:\n  web:\n    build: .\n")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(hc.TranslateError) as caught:
        hc.translate(project)
    assert [finding.location.line for finding in caught.value.diagnostics if finding.location]


def test_an_option_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(hc.HybridComposeError, match=r"no option registri \(choose from registry, "):
        hc.translate(_project(tmp_path), registri="x")


def test_a_choice_may_be_given_as_text(tmp_path: Path) -> None:
    project = _project(tmp_path)
    assert hc.translate(project, ordering="none") == hc.translate(project, ordering="none")
    with pytest.raises(hc.HybridComposeError, match=r"ordering cannot be 'later' \(choose from init, none\)"):
        hc.translate(project, ordering="later")


def test_write_returns_what_it_wrote(tmp_path: Path) -> None:
    assert hc.write(plan(pod()), tmp_path) == [str(tmp_path / "12-pod-web.yaml")]


def test_the_garbage_collector_is_as_it_was_after_a_call(tmp_path: Path) -> None:
    import gc

    file = tmp_path / "compose.yaml"
    file.write_text("services: {web: {image: nginx}}")
    assert gc.isenabled()
    hc.render(hc.translate(hc.load(file, environment={})))
    with pytest.raises(hc.LoadError):
        hc.load(tmp_path / "nowhere.yaml", environment={})
    assert gc.isenabled()


def test_who_starts_a_project_is_told_which_jobs_do_not_run(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("name: shop\njobs:\n  backup: {image: tool, triggers: {manual: true}}\n", encoding="utf-8")
    (note,) = api.translate_for_cluster(hc.load(file), None, resolve_images="none").diagnostics
    assert note.message == "jobs do not run when the project starts: backup"
    assert note.location is not None
