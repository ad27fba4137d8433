"""Projects as `ls` shows them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.projects import Listed, as_json, as_table, listed
from tests.unit.cluster.server import Answer, Request, message, serve

if TYPE_CHECKING:
    from pathlib import Path


def _pod(project: str, namespace: str, phase: str, state: dict[str, Any]) -> dict[str, Any]:
    labels = {"hybridcompose.io/project": project, "hybridcompose.io/service": "web"}
    statuses = [{"name": "c", "state": state, "restartCount": 0}]
    return {
        "metadata": {"name": "p", "uid": f"{project}{namespace}{phase}", "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
        "status": {"phase": phase, "containerStatuses": statuses},
    }


_PODS = [
    _pod("shop", "shop", "Running", {"running": {"startedAt": "2026-11-24T00:00:00Z"}}),
    _pod("shop", "shop", "Pending", {"waiting": {"reason": "ContainerCreating"}}),
    _pod("shop", "ci", "Running", {"running": {"startedAt": "2026-11-24T00:00:00Z"}}),
    _pod("done", "done", "Succeeded", {"terminated": {"exitCode": 0, "finishedAt": "2026-11-24T00:00:00Z"}}),
]


def _answer(request: Request) -> Answer:
    if request.path.endswith("/pods") and "/namespaces/" not in request.path:
        return Answer(200, [json.dumps({"items": _PODS}).encode()])
    return Answer(200, [b'{"items": []}'])


def test_projects_are_told_apart_by_their_namespaces(tmp_path: Path) -> None:
    with serve(tmp_path, _answer) as (api, _):
        assert [(one.name, one.namespace, one.status) for one in listed(api, None, every=False)] == [
            ("shop", "ci", "running(1)"),
            ("shop", "shop", "created(1), running(1)"),
        ]
        assert [one.name for one in listed(api, None, every=True)] == ["done", "shop", "shop"]


def test_who_may_not_look_everywhere_is_told_to_name_a_namespace(tmp_path: Path) -> None:
    with serve(tmp_path, lambda _: message(403, "no")) as (api, _), pytest.raises(ClusterError) as caught:
        listed(api, None, every=False)
    assert "--namespace" in (caught.value.diagnostics[0].remedy or "")
    assert caught.value.status == 403


def test_a_project_is_a_row_or_an_object() -> None:
    found = [Listed("shop", "ci", Counter(running=2, exited=1))]
    assert list(as_table(found)) == ["NAME   STATUS                  NAMESPACE", "shop   exited(1), running(2)   ci"]
    assert json.loads(as_json(found)) == [{"Name": "shop", "Status": "exited(1), running(2)", "Namespace": "ci"}]
