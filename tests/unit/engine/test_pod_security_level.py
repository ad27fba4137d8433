"""A namespace that refuses pods that build is found before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.decide import Builds
from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.build import Request as BuildRequest
from hybridcompose.engine.build import build
from hybridcompose.engine.target import Silent, Target
from hybridcompose.engine.up import Request, attached, start
from hybridcompose.plan import BuiltImage, Plan, Resource, ResourceKey
from tests.unit.cluster.server import serve
from tests.unit.engine.namespaces import OURS, Namespaces

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JOB = ResourceKey("Job", "build-web")
IMAGE = BuiltImage("web", "r/web:1", "r/web:1", JOB)
PLAN = Plan("demo", None, (Resource({"kind": "Job", "metadata": {"name": JOB.name}}, (), ""),), (IMAGE,))
DIGEST = f"sha256:{'a' * 64}"
LEVEL = "pod-security.kubernetes.io/enforce"


def _up(target: Target, plan: Plan) -> None:
    start(target, plan, Request(), Silent())


def _attached(target: Target, plan: Plan) -> None:
    attached(target, plan, Request(), Silent())


def _build(target: Target, plan: Plan) -> None:
    build(target, plan, BuildRequest(), Silent())


@pytest.mark.parametrize("run", [_up, _attached, _build])
def test_builds_in_a_restricted_namespace_are_refused_before_anything_is_made(
    tmp_path: Path, run: Callable[[Target, Plan], None]
) -> None:
    world = Namespaces({"demo": {**OURS, LEVEL: "restricted"}})
    with serve(tmp_path, world) as (api, asked), pytest.raises(ClusterError) as caught:
        run(Target(api, "demo", "demo"), PLAN)
    (found,) = caught.value.diagnostics
    assert found.code == "pod-security"
    assert "the namespace demo" in found.message
    assert "web cannot be built there" in found.message
    assert {request.method for request in asked} == {"GET"}


def test_what_is_in_the_registry_needs_no_such_pod(tmp_path: Path) -> None:
    world = Namespaces({"demo": {**OURS, LEVEL: "restricted"}}, {"demo/serviceaccounts/default"})
    with serve(tmp_path, world) as (api, asked):
        plan = PLAN._replace(pushed={"r/web:1": DIGEST})
        (view,) = build(Target(api, "demo", "demo"), plan, BuildRequest(), Silent())
    assert (view.done, view.digest) == (True, DIGEST)
    assert asked == [], "there is nothing to do"


def test_a_run_without_builds_needs_no_such_pod(tmp_path: Path) -> None:
    world = Namespaces({"demo": {**OURS, LEVEL: "restricted"}})
    empty = Plan("demo", None, ())
    with serve(tmp_path, world) as (api, _):
        start(Target(api, "demo", "demo"), empty, Request(builds=Builds.NONE), Silent())
