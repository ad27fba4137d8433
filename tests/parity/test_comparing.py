"""What the comparison of two sides lets pass, and what it calls wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.parity.comparing import DOCUMENTED, SAME, WRONG, compare
from tests.parity.observing import normal
from tests.parity.scenarios import Difference, Scenario, ScenarioError, batches, read

if TYPE_CHECKING:
    from pathlib import Path

TOLD = [{"code": "no-equivalent", "path": "services.web.umask", "message": "no pod has an umask"}]
KNOWN = Difference("web.umask", "no-equivalent", "services.web.umask")


def scenario(*differs: Difference) -> Scenario:
    return Scenario("topic", "name", "Title", {"web": ("umask", "argv")}, differs=differs)


def seen(umask: str = "022", argv: str = "a") -> dict[str, Any]:
    return {"web": {"umask": umask, "argv": [argv]}}


def test_equal_observations_are_the_same() -> None:
    assert compare(scenario(), seen(), seen(), []).outcome == SAME


def test_a_difference_that_nobody_lists_is_wrong_and_says_both_values() -> None:
    verdict = compare(scenario(), seen(), seen("077"), [])
    assert verdict.outcome == WRONG
    assert verdict.faults == ("web.umask: '022' under Docker, '077' in the cluster",)


def test_a_listed_difference_passes_with_the_sentence_that_users_read() -> None:
    verdict = compare(scenario(KNOWN), seen(), seen("077"), TOLD)
    assert (verdict.outcome, verdict.reasons) == (DOCUMENTED, ("no pod has an umask",))


@pytest.mark.parametrize(
    ("ours", "told"), [(seen("077"), []), (seen(), TOLD), (seen("077", "b"), TOLD)], ids=["untold", "gone", "more"]
)
def test_a_listed_difference_is_wrong_untold_or_gone_or_when_more_differs(ours: Any, told: list[Any]) -> None:
    assert compare(scenario(KNOWN), seen(), ours, told).outcome == WRONG


def test_a_refused_project_is_one_difference() -> None:
    entry = Difference("refused", "unknown-user", "services.web.user")
    told = [{"code": "unknown-user", "path": "services.web.user", "message": "who is that"}]
    assert compare(scenario(entry), seen(), {"refused": True}, told).outcome == DOCUMENTED
    assert compare(scenario(), seen(), {"refused": True}, told).outcome == WRONG


def test_a_folder_is_a_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "topic" / "new"
    folder.mkdir(parents=True)
    (folder / "compose.yml").write_text("services: {}")
    with pytest.raises(ScenarioError, match=r"there is no scenario\.yml"):
        read(tmp_path)
    (folder / "scenario.yml").write_text("title: New\nservices: {web: [argv]}\n")
    (found,) = read(tmp_path)
    assert (found.id, found.services) == ("topic/new", {"web": ("argv",)})
    assert batches([found]) == [[found]]
    (folder / "scenario.yml").write_text("title: New\nserivces: {}\n")
    with pytest.raises(ScenarioError, match="serivces: no such key"):
        read(tmp_path)


def test_what_is_different_in_every_run_is_no_difference() -> None:
    def report(host: str, address: str, **variables: str) -> dict[str, Any]:
        return {"hostname": host, "environment": {"HOSTNAME": host, "A": "1", **variables}, "hosts": [address]}

    docker = normal(report("0123456789ab", "172.30.128.2 x"), "parity-1")
    ours = normal(report("web-1", "10.244.0.9 x", KUBERNETES_PORT="443"), "parity-2")
    assert (docker["environment"], docker["hosts"]) == (ours["environment"], ours["hosts"])
