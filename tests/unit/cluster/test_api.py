"""The border to the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.api import Patience, connect, path_of, unreachable
from hybridcompose.cluster.execute import apply, find_namespace, remove
from hybridcompose.cluster.refusals import refused
from hybridcompose.diagnostics import ClusterError
from tests.unit.cluster.server import TOKEN, Answer, message, serve
from tests.unit.cluster.worlds import resource

if TYPE_CHECKING:
    from pathlib import Path


def test_the_kubeconfigs_token_is_sent(tmp_path: Path) -> None:
    with serve(tmp_path, lambda _: Answer()) as (api, asked):
        api.get(path_of("Pod", "ns"))
    assert [(request.path, request.credentials) for request in asked] == [
        ("/api/v1/namespaces/ns/pods", f"Bearer {TOKEN}")
    ]


def test_an_object_is_applied_by_the_server_under_our_name(tmp_path: Path) -> None:
    with serve(tmp_path, lambda _: Answer(200, [b'{"metadata": {"uid": "u1"}}'])) as (api, asked):
        assert apply(api, "ns", resource("Pod", "web")) == "u1"
    assert asked[0].method == "PATCH"
    assert asked[0].query == {"fieldManager": "hybridcompose", "force": "true"}


def test_a_refusal_is_told_in_the_servers_words(tmp_path: Path) -> None:
    told = 'pods "web" is forbidden: exceeded quota: small'
    with serve(tmp_path, lambda _: message(403, told)) as (api, _), pytest.raises(ClusterError) as caught:
        apply(api, "ns", resource("Pod", "web"))
    assert f"refuses to apply pods/web in the namespace ns: {told}" in str(caught.value)
    assert caught.value.status == 403
    assert caught.value.diagnostics[0].code == "cluster-refused"


def test_a_refused_secret_is_not_quoted(tmp_path: Path) -> None:
    told = "data: Invalid value: hunter2"
    with serve(tmp_path, lambda _: message(422, told)) as (api, _), pytest.raises(ClusterError) as caught:
        apply(api, "ns", resource("Secret", "s"))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("status", [404, 409])
def test_what_is_gone_or_going_need_not_be_removed(tmp_path: Path, status: int) -> None:
    with serve(tmp_path, lambda _: message(status, "gone")) as (api, asked):
        remove(api, "ns", resource("Pod", "web").key)
    assert len(asked) == 1


def test_a_namespace_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    with serve(tmp_path, lambda _: message(404, "not found")) as (api, _):
        assert find_namespace(api, "ns") is None


def test_a_namespace_that_may_not_be_read_is_nobodys(tmp_path: Path) -> None:
    with serve(tmp_path, lambda _: message(403, "forbidden")) as (api, _):
        found = find_namespace(api, "ns")
    assert found is not None
    assert found.owner == ""


@pytest.mark.parametrize(
    "content", ["", "- a list", "{", "clusters: 5", f"users: [{{name: u, user: {{token: {TOKEN}, exec: 5}}}}]"]
)
def test_a_broken_kubeconfig_is_an_error_that_quotes_nothing_of_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ClusterError) as caught:
        connect(str(path))
    assert caught.value.diagnostics[0].code == "cluster-unreachable"
    assert TOKEN not in str(caught.value)


def test_a_server_that_comes_back_is_waited_for_and_one_that_does_not_is_gone() -> None:
    silence = unreachable("no answer")
    patient, impatient = Patience(60), Patience(-1)
    patient.lost(silence)
    patient.found()
    patient.lost(silence)
    with pytest.raises(ClusterError, match="no answer"):
        impatient.lost(silence)


def test_an_answer_that_will_not_change_is_not_waited_for() -> None:
    Patience(60).lost(refused("too many requests", status=429))
    with pytest.raises(ClusterError, match="forbidden"):
        Patience(60).lost(refused("forbidden", status=403))
