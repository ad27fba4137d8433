"""What the library does with a project that runs, on a real cluster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.places import Place

PROJECT = """\
services:
  web:
    image: ${BASE_IMAGE}
    command: [sh, -c, "trap 'exit 4' TERM; echo begun; n=0; while :; do n=$$((n+1)); echo $$n; sleep 0.2 & wait; done"]
    healthcheck: {test: "true", interval: 1s}
  once:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo one; echo two"]
    depends_on: {web: {condition: service_healthy}}
"""


def _project(place: Place, directory: Path, text: str = PROJECT) -> hc.Project:
    file = directory / "compose.yaml"
    file.write_text(text, encoding="utf-8")
    return hc.load(file, environment={"BASE_IMAGE": place.base_image}, project_name=place.name)


def test_services_are_listed_read_stopped_and_started(place: Place, tmp_path: Path) -> None:
    project = _project(place, tmp_path)
    with hc.up(project, kubeconfig=str(place.kubeconfig), timeout=120, **place.options) as running:
        assert running.wait("once", timeout=60) == 0
        assert running.ps("once") == [hc.Container("once-1", "once", "exited", "", 0, place.base_image, "once")]
        web = hc.Container("web-1", "web", "running", "healthy", None, place.base_image, "web")
        assert running.ps() == [running.ps("once")[0], web]
        assert running.logs("once") == "one\ntwo\n"
        assert running.logs("once", tail=1) == "two\n"
        assert running.logs("once", "web").startswith("once-1  | one\nonce-1  | two\nweb-1   | begun\nweb-1   | 1\n")
        now = time.time() - 1
        late, early = running.logs("web", since=now), running.logs("web", until=now)
        assert late
        assert late.splitlines()[0] not in early.splitlines()
        running.stop("web")
        assert [(one.state, one.exit_code) for one in running.ps("web")] == [("exited", 4)]
        running.start("web")
        assert running.ps("web") == [web]
        running.restart("web", timeout=1)
        running.kill("web")
        assert [(one.state, one.exit_code) for one in running.ps("web")] == [("exited", 137)]
        with pytest.raises(hc.ClusterError, match="the service nope has no container"):
            running.logs("nope")
    assert place.is_gone()


def test_a_service_that_does_not_end_is_no_longer_awaited(place: Place, tmp_path: Path) -> None:
    project = _project(place, tmp_path)
    with (
        hc.up(project, kubeconfig=str(place.kubeconfig), services=["web"], timeout=120, **place.options) as running,
        pytest.raises(hc.TimedOutError, match=r"web did not end within 0\.5 s"),
    ):
        running.wait("web", timeout=0.5)


def test_an_error_of_the_start_says_where_and_what_happened(place: Place, tmp_path: Path) -> None:
    late = "  late:\n    image: ${BASE_IMAGE}\n    depends_on: {once: {condition: service_completed_successfully}}\n"
    text = PROJECT.replace("echo one; echo two", "echo one; echo two; exit 7") + late
    options = {**place.options, "expires": 3600.0, "keep": lambda: True}
    with (
        pytest.raises(hc.ServiceError, match="once exited with code 7, and late depends on it") as caught,
        hc.up(_project(place, tmp_path, text), kubeconfig=str(place.kubeconfig), timeout=120, **options),
    ):
        raise AssertionError("the block has begun")
    [finding] = caught.value.diagnostics
    assert finding.location is not None
    assert finding.location.line == 6
    assert any("two" in note for note in caught.value.__notes__)
    assert not place.is_gone()
