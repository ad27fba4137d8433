from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.translate.labels import METADATA, label_value
from tests.unit.translate.support import found, plan_of, service


@given(st.text())
def test_any_text_becomes_a_valid_label_value(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", label_value(text))


def test_every_object_says_which_project_and_service_it_is_of() -> None:
    plan = plan_of({"web": service()})
    for resource in plan.resources:
        labels = resource.manifest["metadata"]["labels"]
        assert labels["app.kubernetes.io/managed-by"] == "hybridcompose"
        assert labels["app.kubernetes.io/part-of"] == labels["hybridcompose.io/project"] == "shop"
        assert labels["hybridcompose.io/service"] == labels["app.kubernetes.io/name"] == "web"


def test_labels_that_kubernetes_does_not_allow_are_kept_word_for_word() -> None:
    plan = plan_of(
        {
            "web": service(
                labels={"traefik.http.routers.x.rule": "Host(`a.test`) && PathPrefix(`/ü`)"},
                annotations={"a b": "c"},
                deploy={"labels": {"tier": "x" * 100}},
            )
        }
    )
    kept = json.loads(found(plan, "Pod")["web"]["metadata"]["annotations"][METADATA])
    assert kept == {
        "annotations": {"a b": "c"},
        "deploy.labels": {"tier": "x" * 100},
        "labels": {"traefik.http.routers.x.rule": "Host(`a.test`) && PathPrefix(`/ü`)"},
    }


def test_a_service_without_labels_has_no_annotation() -> None:
    assert "annotations" not in found(plan_of({"web": service()}), "Pod")["web"]["metadata"]
