"""Which Jobs a run takes away when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.decide import Decision
from hybridcompose.cluster.state import PodState
from hybridcompose.cluster.steps import Send
from hybridcompose.cluster.views import BuildView
from hybridcompose.diagnostics import BuildError
from hybridcompose.engine.target import target
from hybridcompose.engine.uploads import Uploads
from hybridcompose.plan import BuiltImage, KubeName, Plan, ResourceKey
from tests.unit.cluster.server import Answer, message, serve
from tests.unit.cluster.streams.test_upload import context
from tests.unit.engine.namespaces import Lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JOB = ResourceKey("Job", KubeName("build-web"))
IMAGE = BuiltImage("web", "r", "r", JOB, context())
PLAN = Plan("demo", None, (), (IMAGE, IMAGE._replace(job=ResourceKey("Job", KubeName("small")), context=None)))


def removed(directory: Path, work: Callable[[Uploads], None], status: int = 200) -> tuple[list[str], list[str]]:
    """The addresses that are deleted when the run ends, and what is told."""
    console = Lines()
    with serve(directory, lambda _: Answer() if status == 200 else message(status, "no")) as (api, asked):
        with Uploads(target(api, "demo"), PLAN, console) as uploads:
            work(uploads)
        return [request.path for request in asked if request.method == "DELETE"], console.notes


def test_a_job_that_still_waits_is_taken_away(tmp_path: Path) -> None:
    deleted, _ = removed(tmp_path, lambda uploads: uploads.made(JOB))
    assert deleted == ["/apis/batch/v1/namespaces/demo/jobs/build-web"]


def test_a_job_that_waits_for_nothing_or_that_another_run_made_stays(tmp_path: Path) -> None:
    assert removed(tmp_path, lambda uploads: uploads.made(ResourceKey("Job", KubeName("small"))))[0] == []
    assert removed(tmp_path, lambda uploads: None)[0] == []


def test_a_job_that_has_built_stays(tmp_path: Path) -> None:
    def work(uploads: Uploads) -> None:
        uploads.made(JOB)
        uploads.watch(Decision((), None, {}, (BuildView(IMAGE, done=True),)))

    assert removed(tmp_path, work)[0] == []


def test_an_error_of_the_removal_does_not_hide_the_one_before(tmp_path: Path) -> None:
    def work(uploads: Uploads) -> None:
        uploads.made(JOB)
        raise KeyError("before")

    with pytest.raises(KeyError, match="before"):
        removed(tmp_path, work, status=403)
    _, notes = removed(tmp_path, lambda uploads: uploads.made(JOB), status=403)
    assert notes[0].startswith("job/build-web was not removed")


def test_the_error_of_a_stream_reaches_the_run_and_takes_the_job_away(tmp_path: Path) -> None:
    def work(uploads: Uploads) -> None:
        assert IMAGE.context is not None
        uploads.begin(Send(IMAGE, IMAGE.context, PodState("build-web-x", "u", "Pending", ())))
        with pytest.raises(BuildError, match="its context could not be sent"):
            until_error(uploads)

    console = Lines()
    with serve(tmp_path, lambda _: message(404, "pod not found")) as (api, asked):
        with Uploads(target(api, "demo"), PLAN, console) as uploads:
            work(uploads)
        assert any(request.method == "DELETE" for request in asked)


def until_error(uploads: Uploads) -> None:
    for _ in range(1000):
        uploads.check()
        uploads._stopped.wait(0.01)
