from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ClusterError, TimedOutError
from hybridcompose.engine.target import prepare, target, wait_until
from tests.unit.cluster.server import serve
from tests.unit.engine.namespaces import OURS, Namespaces

if TYPE_CHECKING:
    from pathlib import Path


def test_the_namespace_has_the_projects_name_and_is_made(tmp_path: Path) -> None:
    there = Namespaces()
    with serve(tmp_path, there) as (api, _):
        assert prepare(target(api, "demo")) is True
        assert prepare(target(api, "demo")) is False
    assert there.labels == {"demo": OURS}


def test_a_namespace_of_nobody_is_used_as_it_is(tmp_path: Path) -> None:
    there = Namespaces({"shared": {"team": "a"}})
    with serve(tmp_path, there) as (api, _):
        assert prepare(target(api, "demo", "shared")) is False
    assert there.labels == {"shared": {"team": "a"}}


def test_a_namespace_of_another_project_is_refused(tmp_path: Path) -> None:
    with serve(tmp_path, Namespaces({"demo": OURS})) as (api, _), pytest.raises(ClusterError) as caught:
        prepare(target(api, "other", "demo"))
    assert caught.value.diagnostics[0].code == "foreign-namespace"


def test_who_may_make_no_namespace_is_told_what_to_do(tmp_path: Path) -> None:
    with serve(tmp_path, Namespaces(may_create=False)) as (api, _), pytest.raises(ClusterError) as caught:
        prepare(target(api, "demo"))
    assert caught.value.diagnostics[0].remedy == "name one that exists with --namespace"


def test_a_project_name_that_is_no_namespaces_name_is_changed(tmp_path: Path) -> None:
    with serve(tmp_path, Namespaces()) as (api, _):
        assert target(api, "my_project").namespace == "my-project"


def test_waiting_has_an_end() -> None:
    with pytest.raises(TimedOutError, match="it is still there after 0 s"):
        wait_until(lambda: False, "it is still there", seconds=0)
