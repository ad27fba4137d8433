from __future__ import annotations

import json
from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import ImageConfig, ImageHealthcheck
from hybridcompose.translate.health import NEVER, has_healthcheck
from tests.unit.translate.drafts import Body, body, image_check

COMPLETE = ImageConfig(complete=True)


def checked(**keys: Any) -> Body:
    return checked_with(COMPLETE, **keys)


def checked_with(image: ImageConfig, /, **keys: Any) -> Body:
    return body({"healthcheck": keys}, image=image)


def readiness(found: Body) -> dict[str, Any]:
    probe: dict[str, Any] = found.container["readinessProbe"]
    return probe


def startup(found: Body) -> dict[str, Any]:
    probe: dict[str, Any] = found.container["startupProbe"]
    return probe


def test_a_string_is_a_command_for_the_shell() -> None:
    found = checked(test="curl -f x || exit 1")
    assert readiness(found)["exec"]["command"] == ["/bin/sh", "-c", "curl -f x || exit 1"]


def test_a_list_is_an_argument_vector() -> None:
    found = checked(test=["CMD", "curl", "-f", "http://x"])
    assert readiness(found)["exec"]["command"] == ["curl", "-f", "http://x"]


def test_an_unhealthy_container_is_never_killed() -> None:
    found = checked(test=["CMD", "true"])
    assert "livenessProbe" not in found.container
    assert startup(found)["failureThreshold"] == NEVER == 2**31 - 1


def test_dockers_defaults_are_written_out() -> None:
    probe = readiness(checked(test=["CMD", "true"]))
    assert (probe["periodSeconds"], probe["timeoutSeconds"], probe["failureThreshold"]) == (30, 30, 3)


def test_zero_means_dockers_default() -> None:
    probe = readiness(checked(test=["CMD", "true"], interval="0s", timeout="0s", retries=0))
    assert (probe["periodSeconds"], probe["timeoutSeconds"], probe["failureThreshold"]) == (30, 30, 3)


def test_timings_are_kept() -> None:
    probe = readiness(checked(test=["CMD", "true"], interval="7s", timeout="1m", retries=9))
    assert (probe["periodSeconds"], probe["timeoutSeconds"], probe["failureThreshold"]) == (7, 60, 9)


@pytest.mark.parametrize("key", ["interval", "timeout", "start_interval"])
def test_a_fraction_of_a_second_rounds_up_and_is_noted(key: str) -> None:
    found = checked(test=["CMD", "true"], **{key: "500ms"})
    probe, field = {
        "interval": (readiness(found), "periodSeconds"),
        "timeout": (readiness(found), "timeoutSeconds"),
        "start_interval": (startup(found), "periodSeconds"),
    }[key]
    assert probe[field] == 1
    assert found.only(Code.APPROXIMATED).path == ("services", "web", "healthcheck", key)


@pytest.mark.parametrize(
    ("timings", "expected"),
    [
        ({}, 2),
        ({"interval": "1s"}, 1),
        ({"interval": "30s"}, 2),
        ({"start_interval": "3s"}, 3),
        ({"start_period": "20s"}, 5),
        ({"start_period": "20s", "interval": "1s"}, 5),
        ({"start_period": "20s", "start_interval": "1s"}, 1),
    ],
)
def test_a_starting_service_is_asked_as_often_as_docker_would_or_quickly(
    timings: dict[str, str], expected: int
) -> None:
    assert startup(checked(test=["CMD", "true"], **timings))["periodSeconds"] == expected


def test_a_start_period_is_kept_on_the_pod() -> None:
    found = checked(test=["CMD", "true"], start_period="1m30s")
    assert json.loads(found.draft.annotations["hybridcompose.io/start-periods"]) == {"web": 90}
    assert checked(test=["CMD", "true"]).draft.annotations == {}


@pytest.mark.parametrize("keys", [{"test": ["NONE"]}, {"disable": True}, {"disable": True, "test": ["CMD", "true"]}])
def test_a_disabled_check_is_no_probe_and_no_finding(keys: dict[str, Any]) -> None:
    found = checked_with(image_check("CMD", "true"), **keys)
    assert "readinessProbe" not in found.container
    assert found.diagnostics == ()
    assert has_healthcheck(found.scope) is False


def test_timings_alone_keep_the_images_test() -> None:
    probe = readiness(checked_with(image_check("CMD-SHELL", "ready"), interval="4s"))
    assert probe["exec"]["command"] == ["/bin/sh", "-c", "ready"]
    assert probe["periodSeconds"] == 4


def test_a_test_alone_keeps_the_images_timings() -> None:
    probe = readiness(checked_with(image_check("CMD", "other", interval=4, timeout=5), test=["CMD", "mine"]))
    assert probe["exec"]["command"] == ["mine"]
    assert (probe["periodSeconds"], probe["timeoutSeconds"]) == (4, 5)


def test_a_service_without_a_check_has_its_images() -> None:
    found = body({}, image=image_check("CMD", "ready", start_period=10))
    assert readiness(found)["exec"]["command"] == ["ready"]
    assert startup(found)["periodSeconds"] == 5


def test_timings_without_any_known_test_are_reported() -> None:
    found = checked_with(ImageConfig(), interval="4s")
    assert "readinessProbe" not in found.container
    finding = found.only(Code.NO_HEALTHCHECK)
    assert finding.severity is Severity.WARNING
    assert finding.path == ("services", "web", "healthcheck")


def test_the_kubelet_does_not_expand_the_command() -> None:
    found = checked(test=["CMD-SHELL", "test $(cat /ready) = $$"])
    assert readiness(found)["exec"]["command"][2] == "test $$(cat /ready) = $$$"


@pytest.mark.parametrize("test", [["curl", "-f"], ["CMD"], ["CMD-SHELL"]])
def test_a_list_in_no_known_form_is_an_error(test: list[str]) -> None:
    assert checked(test=test).only(Code.INVALID_VALUE).path == ("services", "web", "healthcheck", "test")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (ImageConfig(), None),
        (COMPLETE, False),
        (image_check("CMD", "true"), True),
        (ImageConfig(healthcheck=ImageHealthcheck(("NONE",))), False),
    ],
)
def test_whether_an_image_has_a_check_is_known_or_said_to_be_unknown(image: ImageConfig, expected: bool | None) -> None:
    assert has_healthcheck(body({}, image=image).scope) is expected
