from __future__ import annotations

import pytest

from hybridcompose.cluster.state import EventState
from hybridcompose.cluster.told_by_events import told_by_events
from hybridcompose.cluster.troubles import Limits, trouble_of
from tests.unit.cluster.worlds import NOW, ended, pod, service, waiting

WEB = service("web")
TOLD = "Pod ephemeral local storage usage exceeds the total limit of containers 16Mi."


def _event(subject: str, reason: str = "Evicted", kind: str = "Pod", message: str = TOLD) -> EventState:
    return EventState(subject, "web", reason, message, warning=True, kind=kind)


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


@pytest.mark.parametrize(
    ("message", "absent"),
    [
        ('MountVolume.SetUp failed for volume "s" : secret "key" not found', 'secret "key" not found'),
        ('MountVolume.SetUp failed for volume "c" : configmap "conf" not found', 'configmap "conf" not found'),
        (
            'MountVolume.SetUp failed for volume "s" : references non-existent secret key: tls.crt',
            "references non-existent secret key: tls.crt",
        ),
        (
            'MountVolume.SetUp failed for volume "s" : failed to sync secret cache: timed out waiting',
            "",
        ),
    ],
)
def test_what_a_volume_is_made_of_and_is_not_there_is_told_unless_it_may_come(message: str, absent: str) -> None:
    seen = waiting(WEB, "ContainerCreating", created=NOW - 60)
    found = told_by_events([seen], [_event(seen.uid, "FailedMount", message=message)])["web"]
    trouble = trouble_of(found, NOW, Limits())
    assert (trouble and trouble.message) == (f"its volumes cannot be mounted: {absent}" if absent else None)
    assert trouble_of(found, NOW - 55, Limits()) is None


def test_a_pod_that_has_run_had_its_volumes() -> None:
    seen = ended(WEB, 0)
    message = 'MountVolume.SetUp failed for volume "s" : secret "key" not found'
    assert told_by_events([seen], [_event(seen.uid, "FailedMount", message=message)]) == {"web": seen}
