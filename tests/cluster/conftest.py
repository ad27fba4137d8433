"""The cluster of a test session, and a namespace for each test."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.cluster.builder import Builder, building
from tests.cluster.client import Cluster, Namespace, until
from tests.cluster.places import place
from tests.cluster.rig import cluster as rig_cluster
from tests.cluster.rig import node, prerequisites
from tests.cluster.rig.settings import Rig, RigError, chosen_rig
from tests.cluster.rig.sharing import shared

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["place"]

IN_CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that was there is used and left; one that the tests started ends with the last session that uses it."""
    cache = tmp_path_factory.mktemp("kubectl")
    if named := os.environ.get("HYBRIDCOMPOSE_TEST_KUBECONFIG"):
        registry = os.environ.get("HYBRIDCOMPOSE_TEST_REGISTRY", Rig().registry)
        yield Cluster(_installed_kubectl(), Path(named), registry, cache, insecure=registry != Rig().registry)
        return
    _require_rig()
    rig = chosen_rig()

    def up() -> rig_cluster.Running:
        # Building takes a quarter of an hour the first time: whoever waits sees what for.
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            try:
                return rig_cluster.up(rig)
            except RigError as error:
                _unavailable(str(error))

    with shared(rig.name, lambda: node.first_process(rig) is not None, up, lambda: rig_cluster.down(rig)) as running:
        yield Cluster(running.kubectl, running.kubeconfig, rig.registry, cache)


@pytest.fixture(scope="session")
def rig_possible() -> None:
    """For tests of the rig itself, which another cluster is no substitute for."""
    if os.environ.get("HYBRIDCOMPOSE_TEST_KUBECONFIG"):
        pytest.skip("HYBRIDCOMPOSE_TEST_KUBECONFIG names another cluster than the rig")
    _require_rig()


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[Namespace]:
    name = f"test-{uuid.uuid4().hex[:10]}"
    cluster.kubectl("create", "namespace", name)
    try:
        # pods are refused until the controller manager has made it
        account = ("--namespace", name, "get", "serviceaccount", "default")
        until(lambda: cluster.kubectl(*account, check=False).returncode == 0, "the default service account")
        yield Namespace(cluster, name)
    finally:
        cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The ``PROJECT`` of the test's module, as a compose file of the test's own."""
    path = tmp_path / "compose.yaml"
    path.write_text(request.module.PROJECT, encoding="utf-8")
    return path


@pytest.fixture
def builder(cluster: Cluster, tmp_path: Path) -> Iterator[Builder]:
    with building(cluster, tmp_path) as made:
        yield made


def _require_rig() -> None:
    if reasons := prerequisites.impossible():
        _unavailable(
            f"no test cluster can run here: {'; '.join(reasons)}. HYBRIDCOMPOSE_TEST_KUBECONFIG may name another one"
        )


def _installed_kubectl() -> str:
    found = shutil.which("kubectl")
    if found is None:
        _unavailable("kubectl is not installed")
    return found


def _unavailable(reason: str) -> NoReturn:
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
