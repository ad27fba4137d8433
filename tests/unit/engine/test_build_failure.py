from __future__ import annotations

import pytest

from hybridcompose.cluster.decide import Failure, Kind
from hybridcompose.diagnostics import Location
from hybridcompose.engine.build_failure import build_failure
from hybridcompose.engine.build_log import BuildLog
from hybridcompose.plan import BuildStep, BuiltImage, KubeName, Recipe, ResourceKey

STEPS = (BuildStep("FROM base", 1, 1), BuildStep("RUN make test", 3, 4))
IMAGE = BuiltImage("web", "r", "r", ResourceKey("Job", KubeName("j")), recipe=Recipe(STEPS, "web/Dockerfile"))
FAILURE = Failure(Kind.BUILD, "web", "the build ended with code 1", "pod", "kaniko")


def failed(*lines: str, image: BuiltImage = IMAGE) -> tuple[list[str], str, Location | None]:
    log = BuildLog(image.recipe.steps)
    for line in lines:
        log.take(line)
    told, error = build_failure(image, log, FAILURE)
    (diagnostic,) = error.diagnostics
    return list(told), diagnostic.message, diagnostic.location


EXIT = "error building image: error building stage: failed to execute command: waiting for process: exit status 5"


def test_a_step_that_fails_is_named_with_its_code_its_line_and_its_last_words() -> None:
    lines, message, location = failed("INFO[0001] RUN make test", "2 tests failed", EXIT)
    assert lines[:2] == [
        "--- the last lines of the build of web (Dockerfile:3, RUN make test)",
        "    2 tests failed",
    ]
    assert message == "RUN make test ended with code 5"
    assert location == Location("web/Dockerfile", 3, 1, 3)


def test_a_step_of_an_inline_dockerfile_is_named_by_its_line_there() -> None:
    image = IMAGE._replace(recipe=Recipe(STEPS))
    lines, message, location = failed("INFO[0001] RUN make test", "no", EXIT, image=image)
    assert "inline Dockerfile:3" in lines[0]
    assert message == "line 3: RUN make test ended with code 5"
    assert location is None


def test_where_the_builders_own_image_cannot_be_pulled_another_can_be_named() -> None:
    failure = FAILURE._replace(message="the image kaniko:1 cannot be pulled: not found")
    _, error = build_failure(IMAGE, BuildLog(STEPS), failure)
    assert "--kaniko-image" in (error.diagnostics[0].remedy or "")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "error checking push permissions -- make sure you entered the correct tag name, and that you are"
            ' authenticated correctly, and try again: checking push permission for "r:5000/x": creating push check'
            ' transport for r:5000 failed: Get "https://r:5000/v2/":'
            " dial tcp 10.0.0.1:5000: connect: connection refused",
            "the registry cannot be reached from the cluster: dial tcp 10.0.0.1:5000: connect: connection refused",
        ),
        (
            'error checking push permissions: checking push permission for "r/x": POST https://r/v2/x/blobs/uploads/:'
            " UNAUTHORIZED: authentication required; [map[Action:pull]]",
            "the registry refuses the push: UNAUTHORIZED: authentication required; [map[Action:pull]]",
        ),
        (
            "error building image: unable to retrieve image manifest r/base:1: GET http://r/v2/base/manifests/1:"
            " MANIFEST_UNKNOWN: manifest unknown",
            "a base image is not there: MANIFEST_UNKNOWN: manifest unknown",
        ),
        (
            "error building image: GET http://r/v2/base/manifests/1: MANIFEST_UNKNOWN: manifest unknown",
            "a base image is not there: MANIFEST_UNKNOWN: manifest unknown",
        ),
        (
            "error building image: error building stage: failed to execute command: getting user group from chown:"
            " user nosuch is not a uid and does not exist on the system",
            "the image has no user nosuch: Kaniko fails, where Docker takes root",
        ),
        (
            "error building image: error building stage: failed to execute command: getting user group from chown:"
            ' strconv.ParseUint: parsing "nogrp": invalid syntax',
            "the image has no group nogrp: Kaniko fails, where Docker takes root's",
        ),
        ("something nobody knows", "the build ended with code 1: something nobody knows"),
    ],
)
def test_what_kept_the_builder_from_its_work_is_said_in_words(line: str, message: str) -> None:
    assert failed("INFO[0000] starting", line)[1] == message
