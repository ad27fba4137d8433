from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.down import down
from hybridcompose.engine.target import target
from tests.unit.cluster.server import serve
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
    assert _down(tmp_path, there) == ["namespace demo: removed"]
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
