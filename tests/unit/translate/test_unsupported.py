from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.report import Report
from hybridcompose.translate.unsupported import report_row
from tests.unit.translate.support import codes, only, plan_of, refusal_of, service


def test_the_outermost_key_alone_is_reported() -> None:
    plan = plan_of({"web": service(blkio_config={"weight": 300, "weight_device": [{"path": "/dev/x", "weight": 1}]})})
    assert [finding.path for finding in plan.diagnostics] == [("services", "web", "blkio_config")]


def test_a_key_without_equivalent_is_a_warning_with_a_remedy() -> None:
    finding = only(plan_of({"web": service(cpuset="0")}), Code.NO_EQUIVALENT)
    assert (finding.severity, finding.path) == (Severity.WARNING, ("services", "web", "cpuset"))
    assert finding.remedy


def test_a_key_that_is_not_translated_yet_says_so() -> None:
    report = Report()
    report_row(report, Row("services.*.gpus", KeyClass.PENDING, note="None is given."), ("services", "web", "gpus"))
    (finding,) = report.diagnostics
    assert finding.code is Code.NOT_TRANSLATED
    assert finding.message == "gpus is not translated yet. None is given."


@pytest.mark.parametrize(
    "keys",
    [
        {"init": False},
        {"oom_kill_disable": False},
        {"oom_score_adj": 0},
        {"pids_limit": -1},
        {"ipc": "private"},
        {"ipc": "shareable"},
        {"cgroup": "private"},
        {"stop_signal": "SIGTERM"},
        {"umask": 0o022},
        {"pid": None},
        {"gpus": []},
        {"deploy": {"placement": {}, "resources": {}}},
        {"depends_on": {"web": {"condition": "service_started", "required": False, "restart": False}}},
        {"networks": {"default": {"use_service_name_alias": True}}},
    ],
)
def test_what_docker_does_anyway_is_no_finding(keys: dict[str, Any]) -> None:
    assert codes(plan_of({"api": service(**keys), "web": service(networks=keys.get("networks", {}))})) == []


@pytest.mark.parametrize(
    "keys",
    [
        {"attach": False},
        {"develop": {"watch": [{"path": "/src", "action": "rebuild"}]}},
        {"logging": {"driver": "none", "options": {"a": "b"}}},
        {"profiles": ["test"]},
    ],
)
def test_what_has_no_effect_in_a_run_is_no_finding(keys: dict[str, Any]) -> None:
    assert codes(plan_of({"web": service(**keys)})) == []


def test_what_the_loader_writes_into_every_network_is_no_finding() -> None:
    networks = {"default": {"name": "shop_default", "ipam": {}}}
    assert codes(plan_of({"web": service(networks={"default": None})}, networks=networks)) == []


def test_a_provider_is_an_error_with_a_remedy() -> None:
    (finding,) = [
        finding for finding in refusal_of({"cloud": {"provider": {"type": "x"}}}) if finding.severity is Severity.ERROR
    ]
    assert finding.path == ("services", "cloud", "provider")
    assert finding.remedy


def test_a_setting_of_ours_where_it_means_nothing_is_said() -> None:
    configs = {"settings": {"content": "x", "#extensions": {"x-hybridcompose": {"accept": []}, "x-other": 1}}}
    plan = plan_of({"web": service()}, configs=configs)
    assert only(plan, Code.NO_EQUIVALENT).path == ("configs", "settings", "x-hybridcompose")
