"""What must have happened to containers between two looks."""

from __future__ import annotations

import json

import pytest

from hybridcompose.cluster.state import ContainerState, Phase, PodState
from hybridcompose.engine.events import Event, between
from hybridcompose.plan import Health
from tests.unit.cluster.worlds import NOW, ended, pod, service, waiting

DB = service("db")
_RAN = pod(DB, ready=False)


def _actions(before: PodState | None, after: PodState | None) -> list[str]:
    sides = [{one.key: one} if one else {} for one in (before, after)]
    return [event.action for event in between(sides[0], sides[1], NOW)]


def _again(restarts: int, phase: Phase = Phase.RUNNING, last: int | None = None) -> PodState:
    code = 1 if phase is Phase.TERMINATED else None
    main = ContainerState("db", "i", phase, restarts=restarts, since=NOW, exit_code=code, last_exit_code=last)
    return pod(DB, containers=(main,), restart_policy="Always")


#: Its program does not exist.
_UNSTARTED = pod(
    DB, containers=(ContainerState("db", "i", Phase.TERMINATED, reason="StartError", exit_code=128, since=NOW),)
)


@pytest.mark.parametrize(
    ("before", "after", "actions"),
    [
        (None, waiting(DB, "ContainerCreating"), ["create"]),
        (None, _RAN, ["create", "start"]),
        (None, ended(DB, 3), ["create", "start", "die"]),
        (waiting(DB, "ContainerCreating"), _RAN, ["start"]),
        (_RAN, _RAN, []),
        (_RAN, pod(DB, ready=True, health=Health(0, 1, 1, 3)), ["health_status: healthy"]),
        (_RAN, ended(DB, 0), ["die"]),
        (_again(0), _again(1), ["die", "start"]),
        (_again(0), _again(2), ["die", "start", "die", "start"]),
        (_again(1, Phase.TERMINATED), _again(2, last=1), ["start"]),
        (_again(1, Phase.TERMINATED), _again(1, Phase.WAITING, 1), []),
        (_again(1), _again(1, Phase.WAITING, 1), ["die"]),
        (_again(1, Phase.WAITING, 1), _again(2, last=1), ["start"]),
        (None, _again(1, Phase.WAITING, 1), ["create", "start", "die", "start", "die"]),
        (waiting(DB, "ContainerCreating"), _UNSTARTED, ["die"]),
        (_again(1, Phase.TERMINATED), None, ["destroy"]),
        (waiting(DB, "ContainerCreating"), None, ["destroy"]),
        (ended(DB, 0), None, ["destroy"]),
        (_RAN, None, ["die", "destroy"]),
    ],
)
def test_every_change_is_told_in_order(before: PodState | None, after: PodState | None, actions: list[str]) -> None:
    assert _actions(before, after) == actions


@pytest.mark.parametrize("after", [_again(0, Phase.TERMINATED), _again(0, Phase.WAITING, 1), _again(1, last=1)])
def test_the_last_end_has_its_code(after: PodState) -> None:
    (died,) = (one for one in between({after.key: _again(0)}, {after.key: after}, NOW) if one.action == "die")
    assert died.exit_code == 1


def test_an_event_has_the_names_of_docker_compose() -> None:
    event = Event("die", 1.5, "u", "db", "demo-db-1", "i:1", 3)
    assert json.loads(event.as_json()) == {
        "action": "die",
        "attributes": {"exitCode": "3", "image": "i:1", "name": "demo-db-1"},
        "id": "u",
        "service": "db",
        "time": "1970-01-01T00:00:01.500000Z",
        "type": "container",
    }
    assert event.as_text().endswith(" container die u (exitCode=3, image=i:1, name=demo-db-1)")
