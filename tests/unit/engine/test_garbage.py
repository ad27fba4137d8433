"""Which environments are over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hybridcompose.engine.garbage import Environment, collect, over
from tests.unit.cluster.server import Answer, Request, serve
from tests.unit.engine.namespaces import Lines

if TYPE_CHECKING:
    from pathlib import Path

_NEVER = Environment("a", "a", 100.0, 0.0)
_EXPIRED = Environment("b", "b", 900.0, 950.0)
_LATER = Environment("c", "c", 900.0, 1_050.0)


def test_an_environment_is_over_when_its_time_is() -> None:
    assert list(over([_NEVER, _EXPIRED, _LATER], 1_000.0, None)) == [_EXPIRED]


def test_old_ones_are_over_only_where_that_is_asked_for() -> None:
    assert list(over([_NEVER, _EXPIRED, _LATER], 1_000.0, 500.0)) == [_NEVER, _EXPIRED]


class Server:
    def __init__(self) -> None:
        self.deleted: list[str] = []

    def __call__(self, request: Request) -> Answer:
        if request.method == "DELETE":
            self.deleted.append(request.path.rpartition("/")[2])
            return Answer()
        assert request.query == {"labelSelector": "app.kubernetes.io/managed-by=hybridcompose"}
        return Answer(200, [json.dumps({"items": [_namespace("old"), _namespace("going")]}).encode()])


def _namespace(name: str) -> dict[str, object]:
    expires = {"hybridcompose.io/expires": "2020-01-01T00:00:00Z"}
    labels = {"hybridcompose.io/project": f"{name}-project"}
    going = {"deletionTimestamp": "2020-01-02T00:00:00Z"} if name == "going" else {}
    metadata = {"name": name, "labels": labels, "annotations": expires, "creationTimestamp": "2020-01-01T00:00:00Z"}
    return {"metadata": {**metadata, **going}}


def test_what_is_over_goes_and_is_named(tmp_path: Path) -> None:
    server, console = Server(), Lines()
    with serve(tmp_path, server) as (api, _):
        collect(api, console)
    assert (server.deleted, console.output) == (["old"], ["old (old-project)"])


def test_a_dry_run_removes_nothing(tmp_path: Path) -> None:
    server, console = Server(), Lines()
    with serve(tmp_path, server) as (api, _):
        collect(api, console, dry_run=True)
    assert (server.deleted, console.output) == ([], ["old (old-project)"])
