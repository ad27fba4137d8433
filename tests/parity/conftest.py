"""Both sides of the comparison, running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.conftest import IN_CI, cluster
from tests.cluster.rig.settings import RigError, chosen_rig
from tests.cluster.rig.sharing import shared
from tests.parity.engine import engine as docker_engine
from tests.parity.engine import images, programs
from tests.parity.engine.settings import chosen_engine
from tests.parity.sides import Docker, Kubernetes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.client import Cluster
    from tests.cluster.rig.images import Image

__all__ = ["cluster"]


@pytest.fixture(scope="session")
def made_images(request: pytest.FixtureRequest) -> dict[str, Image]:
    """The images of both sides, by name."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        return {image.name: image for image in images.build({})}


@pytest.fixture(scope="session")
def kubernetes(cluster: Cluster, made_images: dict[str, Image]) -> Kubernetes:
    rig = chosen_rig()
    if cluster.registry != rig.registry or not rig.state.exists():
        reason = "the images of these tests are put into the rig's registry, and this cluster has another one"
        if IN_CI:
            pytest.fail(f"{reason}: run them without HYBRIDCOMPOSE_TEST_KUBECONFIG", pytrace=False)
        pytest.skip(reason)
    images.serve(rig, list(made_images.values()))
    return Kubernetes(cluster)


@pytest.fixture(scope="session")
def docker(request: pytest.FixtureRequest) -> Iterator[Docker]:
    """An engine that was there is used and left; one that the tests started ends with them."""
    engine = chosen_engine()

    def up() -> docker_engine.Running:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            try:
                return docker_engine.up(engine)
            except RigError as error:
                if IN_CI:
                    pytest.fail(str(error), pytrace=False)
                pytest.skip(str(error))

    with shared(engine.name, engine.socket.exists, up, lambda: docker_engine.down(engine)) as running:
        yield Docker(running, engine.rig.registry)


@pytest.fixture(scope="session")
def versions() -> dict[str, str]:
    return programs.versions()
