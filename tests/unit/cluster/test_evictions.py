from __future__ import annotations

import pytest

from hybridcompose.cluster.evictions import told_by_events
from hybridcompose.cluster.state import EventState
from hybridcompose.cluster.troubles import Limits, trouble_of
from tests.unit.cluster.worlds import NOW, ended, pod, service

WEB = service("web")
TOLD = "Pod ephemeral local storage usage exceeds the total limit of containers 16Mi."


def _event(subject: str, reason: str = "Evicted", kind: str = "Pod") -> EventState:
    return EventState(subject, "web", reason, TOLD, warning=True, kind=kind)


@pytest.mark.parametrize(("ended_with", "code"), [(0, 1), (143, 143)])
def test_a_pod_that_was_evicted_has_failed_by_that_name_whatever_its_program_ended_with(
    ended_with: int, code: int
) -> None:
    seen = ended(WEB, ended_with)
    found = told_by_events([seen], [_event(seen.uid)])["web"]
    assert (found.phase, found.exit_code) == ("Failed", code)
    trouble = trouble_of(found, NOW, Limits())
    assert trouble is not None
    assert trouble.message == f"the pod was ended: Evicted: {TOLD}"


@pytest.mark.parametrize(
    "event",
    [_event("another"), _event(ended(WEB, 0).uid, reason="Killing"), _event(ended(WEB, 0).uid, kind="Node")],
    ids=["of another pod", "another reason", "another kind"],
)
def test_other_events_change_nothing(event: EventState) -> None:
    assert told_by_events([ended(WEB, 0)], [event]) == {"web": ended(WEB, 0)}


@pytest.mark.parametrize("phase", ["Running", "Failed"])
def test_a_pod_that_runs_yet_or_tells_the_reason_itself_stays_as_it_is(phase: str) -> None:
    seen = pod(WEB, phase=phase, reason="OutOfmemory" if phase == "Failed" else "")
    assert told_by_events([seen], [_event(seen.uid)]) == {"web": seen}


def test_each_service_of_a_shared_pod_has_failed() -> None:
    part = ended(WEB, 0)
    found = told_by_events([ended(WEB, 0)._replace(parts=(part, part))], [_event(part.uid)])["web"]
    assert [one.phase for one in found.parts] == ["Failed", "Failed"]
