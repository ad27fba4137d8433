from __future__ import annotations

from hybridcompose.cluster.decide import Decision
from hybridcompose.cluster.state import ContainerState, Phase, PodState
from hybridcompose.cluster.troubles import Trouble
from hybridcompose.cluster.views import BuildView
from hybridcompose.engine.progress import Event, Progress
from hybridcompose.plan import BuiltImage, KubeName, ResourceKey
from tests.unit.engine.namespaces import Lines

IMAGE = BuiltImage("web", "r/web:1", "r/web:1", ResourceKey("Job", KubeName("j")))
WAITS = BuildView(IMAGE)
RUNS = BuildView(IMAGE, made=True, pod=PodState("p", "u", "Running", (ContainerState("kaniko", "k", Phase.RUNNING),)))
DONE = BuildView(IMAGE, done=True, digest="sha256:d")


def told(*views: BuildView) -> list[str]:
    console = Lines()
    progress = Progress(console)
    for view in views:
        progress.show(Decision((), None, {}, (view,)))
    return [event.text for event in console.events if isinstance(event, Event)]


def test_each_state_of_a_build_is_told_once() -> None:
    assert told(WAITS, RUNS, RUNS, DONE, DONE) == ["waiting", "building", "built"]


def test_what_an_earlier_run_has_built_is_there_already() -> None:
    assert told(DONE) == ["there already"]
    assert told(WAITS, DONE) == ["waiting", "there already"]


def test_a_build_in_trouble_has_failed() -> None:
    assert told(RUNS, RUNS._replace(trouble=Trouble("no", "p"))) == ["building", "failed"]
