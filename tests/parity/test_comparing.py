"""What the comparison of two sides lets pass, and what it calls wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.diagnostics.output import show
from tests.parity.comparing import DOCUMENTED, SAME, WRONG, Told, compare
from tests.parity.observing import normal
from tests.parity.scenarios import Difference, Scenario, ScenarioError, batches, read
from tests.parity.sides import annotated

if TYPE_CHECKING:
    from pathlib import Path

FINDING = {"code": "no-equivalent", "path": "services.web.umask", "message": "no pod has an umask"}
TOLD = Told([FINDING], [FINDING])
UNTOLD = Told()
KNOWN = Difference("web.umask", "no-equivalent", "services.web.umask")


def scenario(*differs: Difference) -> Scenario:
    return Scenario("topic", "name", "Title", {"web": ("umask", "argv")}, differs=differs)


def seen(umask: str = "022", argv: str = "a") -> dict[str, Any]:
    return {"web": {"umask": umask, "argv": [argv]}}


def test_equal_observations_are_the_same() -> None:
    assert compare(scenario(), seen(), seen(), UNTOLD).outcome == SAME


def test_a_difference_that_nobody_lists_is_wrong_and_says_both_values() -> None:
    verdict = compare(scenario(), seen(), seen("077"), UNTOLD)
    assert verdict.outcome == WRONG
    assert verdict.faults == ("web.umask: '022' under Docker, '077' in the cluster",)


def test_a_listed_difference_passes_with_the_sentence_that_users_read() -> None:
    verdict = compare(scenario(KNOWN), seen(), seen("077"), TOLD)
    assert (verdict.outcome, verdict.reasons) == (DOCUMENTED, ("no pod has an umask",))


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        (seen("077"), UNTOLD),
        (seen("077"), Told(render=[FINDING])),
        (seen("077"), Told(up=[FINDING])),
        (seen(), TOLD),
        (seen("077", "b"), TOLD),
    ],
    ids=["untold", "untold-by-up", "untold-by-render", "gone", "more"],
)
def test_a_listed_difference_is_wrong_untold_or_gone_or_when_more_differs(ours: Any, told: Told) -> None:
    assert compare(scenario(KNOWN), seen(), ours, told).outcome == WRONG


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"up": "exit code 21: it failed\n"}, DOCUMENTED),
        ({"up": "exit code 20: it failed\n"}, WRONG),
        ({"up": "", "then 1": "exit code 21: it failed\n"}, WRONG),
        ({}, WRONG),
    ],
)
def test_what_a_command_is_said_to_print_it_has_printed(said: dict[str, str], outcome: str) -> None:
    entry = Difference("up.code", says="exit code 21: it failed")
    verdict = compare(scenario(entry), {"up": {"code": 1}}, {"up": {"code": 21}}, Told(said=said))
    assert verdict.outcome == outcome
    assert verdict.reasons == (("exit code 21: it failed",) if outcome == DOCUMENTED else ())


@pytest.mark.parametrize(
    "entry", ["because: it is so", "code: approximated", "says: ''", "because: it is so, code: a, path: b", "path: a.b"]
)
def test_a_difference_is_refused_whose_users_are_shown_nothing(tmp_path: Path, entry: str) -> None:
    folder = tmp_path / "topic" / "new"
    folder.mkdir(parents=True)
    (folder / "compose.yml").write_text("services: {}")
    (folder / "scenario.yml").write_text(f"title: New\ndiffers: [{{what: up.code, {entry}}}]\n")
    with pytest.raises(ScenarioError, match="name what is shown"):
        read(tmp_path)


def test_findings_are_found_among_what_up_prints() -> None:
    finding = Diagnostic(
        Code.APPROXIMATED, Severity.NOTE, "is: so, 50%", ("services", "a", "volumes", 0), location=Location("a:b", 1, 2)
    )
    lines = f"web  starting\n{show([finding, finding._replace(location=None)], 'github')}exit code 21: it failed\n"
    at = {"code": "approximated", "path": "services.a.volumes[0]"}
    assert [{key: found[key] for key in at} for found in annotated(lines)] == [at, at]


def test_a_refused_project_is_one_difference() -> None:
    entry = Difference("refused", "unknown-user", "services.web.user")
    finding = {"code": "unknown-user", "path": "services.web.user", "message": "who is that"}
    told = Told([finding], [finding])
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
