"""What is done about what earlier runs have left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hybridcompose.engine.leftovers import make_way
from hybridcompose.engine.target import target
from hybridcompose.engine.up import Request
from hybridcompose.plan import Plan, PlannedService, Resource, ResourceKey
from hybridcompose.plan.model import KubeName
from tests.unit.cluster.server import Answer, serve
from tests.unit.cluster.server import Request as Asked
from tests.unit.engine.namespaces import Lines

if TYPE_CHECKING:
    from pathlib import Path

_PLAN = Plan(
    "demo",
    "demo",
    (Resource({"kind": "Pod", "metadata": {"name": "web-1"}}, (), ""),),
    services=(PlannedService("web", "web", KubeName("web"), (ResourceKey("Pod", "web-1"),)),),
)


class Server:
    """A namespace with these pods, each with its service's label, and a Job that builds for ``web``."""

    def __init__(self, **pods: str) -> None:
        self.pods = {name.replace("_", "-"): service for name, service in pods.items()}
        self.deleted: list[str] = []

    def __call__(self, request: Asked) -> Answer:
        kind, _, name = request.path.partition("/namespaces/demo/")[2].partition("/")
        if request.method == "DELETE":
            self.deleted.append(name)
            self.pods.pop(name, None)
            return Answer()
        if name:
            return Answer(200 if name in self.pods else 404, [b"{}"])
        items = {"pods": [_pod(*entry) for entry in self.pods.items()], "jobs": [_build()]}.get(kind, [])
        return Answer(200, [json.dumps({"metadata": {"resourceVersion": "1"}, "items": items}).encode()])


def _pod(name: str, service: str) -> dict[str, Any]:
    labels = {"hybridcompose.io/service": service}
    spec = {"containers": [{"name": "c", "image": "i"}]}
    return {"metadata": {"name": name, "uid": name, "labels": labels}, "spec": spec, "status": {}}


def _build() -> dict[str, Any]:
    template = {"metadata": {"labels": {"hybridcompose.io/project": "demo"}}, "spec": {"containers": []}}
    labels = {"hybridcompose.io/service": "web"}
    return {"metadata": {"name": "build-web", "uid": "b", "labels": labels}, "spec": {"template": template}}


def _make_way(directory: Path, server: Server, known: set[str]) -> list[str]:
    console = Lines()
    with serve(directory, server) as (api, _):
        make_way(target(api, "demo"), _PLAN, Request(known=frozenset(known)), console)
    return console.notes


def test_a_container_too_many_goes_and_what_the_plan_has_stays(tmp_path: Path) -> None:
    server = Server(web_1="web", web_2="web", web="web")
    assert _make_way(tmp_path, server, {"web"}) == []
    assert sorted(server.deleted) == ["web", "web-2"]


def test_other_services_of_the_project_are_left_alone(tmp_path: Path) -> None:
    server = Server(web_1="web", db="db")
    assert _make_way(tmp_path, server, {"web", "db"}) == []
    assert server.deleted == []


def test_a_service_that_the_project_has_no_more_is_named(tmp_path: Path) -> None:
    server = Server(web_1="web", old="old")
    assert _make_way(tmp_path, server, {"web"}) == [
        "the project has no service old, and it still runs: --remove-orphans removes it"
    ]
    assert server.deleted == []
