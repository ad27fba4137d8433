from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.down import down
from hybridcompose.engine.target import target
from tests.unit.cluster.server import Answer, Request, serve
from tests.unit.engine.namespaces import OURS, Lines, Namespaces

if TYPE_CHECKING:
    from pathlib import Path

_OBJECTS = {"demo/pods/web", "demo/services/web", "demo/configmaps/c", "demo/secrets/s", "demo/jobs/b"}
_VOLUME = "demo/persistentvolumeclaims/data"


def _down(directory: Path, there: Namespaces, project: str = "demo", *, volumes: bool = False) -> list[str]:
    console = Lines()
    with serve(directory, there) as (api, _):
        down(target(api, project, "demo"), console, volumes=volumes)
    return console.notes


def test_everything_goes_and_the_namespace_that_was_made_for_it(tmp_path: Path) -> None:
    there = Namespaces({"demo": OURS}, set(_OBJECTS))
    assert _down(tmp_path, there) == ["namespace demo: removing", "namespace demo: removed"]
    assert (there.labels, there.objects) == ({}, set())


def test_a_namespace_that_somebody_else_made_stays(tmp_path: Path) -> None:
    there = Namespaces({"demo": {}}, set(_OBJECTS))
    _down(tmp_path, there)
    assert (there.labels, there.objects) == ({"demo": {}}, set())


def test_volumes_stay_with_their_namespace_until_they_are_named(tmp_path: Path) -> None:
    there = Namespaces({"demo": OURS}, {*_OBJECTS, _VOLUME})
    assert _down(tmp_path, there) == ["the volumes stay in the namespace demo; down -v removes them"]
    assert (there.labels, there.objects) == ({"demo": OURS}, {_VOLUME})
    _down(tmp_path, there, volumes=True)
    assert (there.labels, there.objects) == ({}, set())


def test_another_projects_namespace_is_not_touched(tmp_path: Path) -> None:
    there = Namespaces({"demo": OURS}, set(_OBJECTS))
    with pytest.raises(ClusterError) as caught:
        _down(tmp_path, there, "other")
    assert caught.value.diagnostics[0].code == "foreign-namespace"
    assert there.objects == _OBJECTS


def test_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert _down(tmp_path, Namespaces()) == ["nothing to remove: there is no namespace demo"]


class Running(Namespaces):
    """A namespace with pods that depend on one another, and go as they are told."""

    def __init__(self, **depends_on: str) -> None:
        super().__init__({"demo": {}}, set())
        self.pods = depends_on
        self.deleted: list[tuple[str, frozenset[str]]] = []

    def __call__(self, request: Request) -> Answer:
        if not request.path.startswith("/api/v1/namespaces/demo/pods"):
            return super().__call__(request)
        name = request.path.removeprefix("/api/v1/namespaces/demo/pods").strip("/")
        if request.method == "DELETE":
            self.deleted.append((name, frozenset(self.pods)))
            del self.pods[name]
            return Answer()
        chosen = re.search(r"in \((.*)\)", request.query["labelSelector"])
        names = [pod for pod in self.pods if chosen is None or pod in chosen[1].split(",")]
        return Answer(200, [json.dumps({"items": [self._pod(name) for name in names]}).encode()])

    def _pod(self, name: str) -> dict[str, object]:
        annotations = {"hybridcompose.io/depends-on": self.pods[name]}
        labels = {"hybridcompose.io/service": name}
        metadata = {"name": name, "uid": name, "labels": labels, "annotations": annotations}
        return {"metadata": metadata, "spec": {"containers": [{"name": "c", "image": "i"}]}, "status": {}}


def test_a_service_is_gone_before_what_it_depends_on_is_stopped(tmp_path: Path) -> None:
    there = Running(db="", cache="", web="cache,db", tests="web")
    _down(tmp_path, there)
    assert [name for name, _ in there.deleted[:2]] == ["tests", "web"]
    assert {name for name, _ in there.deleted[2:]} == {"cache", "db"}
    assert "web" not in dict(there.deleted)["db"]


def test_nobody_waits_where_everything_is_to_end_at_once(tmp_path: Path) -> None:
    there = Running(db="", web="db")
    with serve(tmp_path, there) as (api, asked):
        down(target(api, "demo", "demo"), Lines(), grace=0)
    assert not any(" in (" in request.query.get("labelSelector", "") for request in asked)
    assert there.pods == {}
