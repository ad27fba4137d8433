from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ClusterError, TimedOutError
from hybridcompose.engine.down import down
from hybridcompose.engine.target import check_objects, prepare, target, wait_until
from hybridcompose.plan import Plan
from tests.unit.cluster.server import serve
from tests.unit.cluster.worlds import resource
from tests.unit.engine.namespaces import OURS, Lines, Namespaces

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
    assert caught.value.diagnostics[0].remedy is not None
    assert "name one that exists with --namespace" in caught.value.diagnostics[0].remedy


def test_a_project_name_that_is_no_namespaces_name_is_changed(tmp_path: Path) -> None:
    with serve(tmp_path, Namespaces()) as (api, _):
        assert target(api, "my_project").namespace == "my-project"


def test_waiting_has_an_end() -> None:
    with pytest.raises(TimedOutError, match="it is still there after 0 s"):
        wait_until(lambda: False, "it is still there", seconds=0)


def test_a_shared_namespace_must_be_named(tmp_path: Path) -> None:
    with serve(tmp_path, Namespaces()) as (api, _), pytest.raises(ClusterError, match="is not known"):
        target(api, "demo", shared=True)


def test_a_shared_namespace_is_never_made(tmp_path: Path) -> None:
    there = Namespaces()
    with serve(tmp_path, there) as (api, _), pytest.raises(ClusterError, match="there is no namespace ci"):
        prepare(target(api, "demo", "ci", shared=True))
    assert there.labels == {}


def test_a_namespace_that_goes_with_a_project_is_not_shared(tmp_path: Path) -> None:
    with serve(tmp_path, Namespaces({"demo": OURS})) as (api, _), pytest.raises(ClusterError) as caught:
        prepare(target(api, "demo", "demo", shared=True))
    assert caught.value.diagnostics[0].code == "foreign-namespace"


def test_a_shared_namespace_stays_when_the_project_goes(tmp_path: Path) -> None:
    there = Namespaces({"ci": {}}, {"ci/pods/web"})
    with serve(tmp_path, there) as (api, _):
        chosen = target(api, "demo", "ci", shared=True)
        assert prepare(chosen) is False
        down(chosen, Lines(), volumes=True)
    assert list(there.labels) == ["ci"]


def test_an_object_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    plan = Plan("demo", "ci", (resource("Service", "demo-db"), resource("Pod", "demo-db")))
    with serve(tmp_path, Namespaces({"ci": {}}, {"ci/services/demo-db"})) as (api, _):
        check_objects(target(api, "demo", "ci"), plan)
        with pytest.raises(ClusterError, match="service/demo-db in the namespace ci is not the project's") as caught:
            check_objects(target(api, "demo", "ci", shared=True), plan)
    assert caught.value.diagnostics[0].code == "foreign-object"


def test_what_nobody_may_list_is_not_in_the_way_of_removal(tmp_path: Path) -> None:
    there = Namespaces({"ci": {}}, {"ci/pods/web"}, forbidden=frozenset({"networkpolicies", "deployments"}))
    with serve(tmp_path, there) as (api, _):
        down(target(api, "demo", "ci"), Lines())
    assert there.objects == set()
