from __future__ import annotations

import pytest

from hybridcompose.cluster.checks import counted
from hybridcompose.cluster.state import EventState
from tests.unit.cluster.worlds import pod, service

WEB = service("web")


def _event(reason: str = "Unhealthy", container: str = "web", subject: str = "uid-web", times: int = 1) -> EventState:
    return EventState(subject, "web", reason, "probe failed: no", warning=True, times=times, container=container)


def test_failed_checks_of_a_pod_are_added_up() -> None:
    found = counted({"web": pod(WEB)}, [_event(times=3), _event(times=2)])
    assert found["web"].failed_checks == 5


@pytest.mark.parametrize(
    "event",
    [_event(reason="Pulled"), _event(subject="another"), _event(container="helper")],
    ids=["another reason", "another pod", "another container"],
)
def test_other_events_count_nothing(event: EventState) -> None:
    assert counted({"web": pod(WEB)}, [event]) == {"web": pod(WEB)}


def test_each_service_of_a_shared_pod_has_its_own() -> None:
    parts = tuple(pod(service(name), uid="uid-web", container=name) for name in ("web", "helper"))
    found = counted({"web": pod(WEB, parts=parts)}, [_event(container="helper", times=4)])
    assert [part.failed_checks for part in found["web"].parts] == [0, 4]
