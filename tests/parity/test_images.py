"""Images that Kaniko builds in the cluster equal those that ``docker build`` makes of the same Dockerfiles.

What Docker makes is recorded; ``HYBRIDCOMPOSE_PARITY=live`` builds there too, ``record`` also writes the recording.
"""

from __future__ import annotations

import json
import os
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.parity import built_images
from tests.parity.built_images import RECORDING, differences, dockerfile, expected, names
from tests.parity.sides import findings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.rig.images import Image
    from tests.parity.sides import Kubernetes

MODE = os.environ.get("HYBRIDCOMPOSE_PARITY", "")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_images.write_project(tmp_path_factory.mktemp("images"), names())


@pytest.fixture(scope="module")
def theirs(request: pytest.FixtureRequest, project: Path, made_images: dict[str, Image]) -> dict[str, Any]:
    """What Docker makes of each Dockerfile."""
    if not MODE:
        return dict(json.loads(RECORDING.read_text())["images"])
    side = request.getfixturevalue("docker")
    found = built_images.of_docker(side, project, f"parity-{uuid.uuid4().hex[:8]}", made_images)
    if MODE == "record":
        recorded = {"versions": request.getfixturevalue("versions"), "images": found}
        RECORDING.write_text(json.dumps(recorded, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return found


@pytest.fixture(scope="module")
def ours(kubernetes: Kubernetes, project: Path, made_images: dict[str, Image]) -> dict[str, Any]:
    """What Kaniko makes of each Dockerfile in the cluster."""
    return built_images.of_kubernetes(kubernetes, project, f"parity-{uuid.uuid4().hex[:8]}", made_images)


@pytest.fixture(scope="module")
def told(kubernetes: Kubernetes, project: Path) -> list[dict[str, Any]]:
    """What users read about these Dockerfiles."""
    return findings(kubernetes, project, "parity")


@pytest.mark.parametrize("name", names())
def test_the_image_equals_that_of_docker_build(
    name: str, theirs: dict[str, Any], ours: dict[str, Any], told: list[dict[str, Any]]
) -> None:
    """Configuration, files, modes, owners and contents. What differs is listed with its reason, and does differ."""
    known = {entry.what: entry for entry in expected(name)}
    found = {place: (docker, mine) for place, docker, mine in differences(theirs[name], ours[name])}
    assert {place: pair for place, pair in found.items() if place not in known} == {}
    assert known.keys() - found.keys() == set(), "said to differ, and does not"
    for entry in known.values():
        if entry.line is not None:
            places = {(finding["code"], finding["line"]) for finding in told if f"/{name}/" in (finding["file"] or "")}
            assert (entry.code, entry.line) in places, entry


def test_every_kind_of_instruction_is_compared() -> None:
    text = "\n".join(dockerfile(name) for name in names()).upper()
    kinds = "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME"
    assert [kind for kind in [*kinds.split(), "WORKDIR"] if f"\n{kind} " not in f"\n{text}"] == []
    assert len(names()) >= 40
