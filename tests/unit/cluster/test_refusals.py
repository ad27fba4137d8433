"""What a server's refusals become."""

from __future__ import annotations

import json

import pytest

from hybridcompose.cluster.refusals import missing_permission, refusal

#: As API servers write it. Source: observed with Kubernetes 1.37.
FORBIDDEN = (
    'deployments.apps "web" is forbidden: User "system:serviceaccount:ci:runner" cannot patch resource'
    ' "deployments" in API group "apps" in the namespace "ci"'
)


def _told(message: str, path: str = "/api/v1/namespaces/ci/pods/web", status: int = 403) -> tuple[str, str, str]:
    (found,) = refusal(status, json.dumps({"message": message}).encode(), "PATCH", path).diagnostics
    return found.code, found.message, found.remedy or ""


def test_a_missing_permission_is_named_by_verb_resource_and_namespace() -> None:
    code, message, remedy = _told(FORBIDDEN)
    assert code == "missing-permission"
    assert message == "the account system:serviceaccount:ci:runner may not patch deployments.apps in the namespace ci"
    assert "hybridcompose rbac" in remedy


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('User "a" cannot get resource "pods/log" in API group "" in the namespace "ci"', "get pods/log in the name"),
        ('namespaces is forbidden: User "a" cannot list resource "namespaces" in API group "" at the cluster scope',
         "list namespaces in the cluster"),
    ],
)  # fmt: skip
def test_subresources_and_the_whole_cluster_are_named(message: str, told: str) -> None:
    assert str(missing_permission(message)).startswith(told)


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ('pods "web" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1', "quota"),
        ('pods "web" is forbidden: failed quota: q: must specify limits.cpu', "--default-cpu-limit"),
        ('pods "web" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot', "--pod-security"),
        ('admission webhook "policy.example" denied the request: no', "admission rule"),
        ('pods "web" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi', "LimitRange"),
    ],
)
def test_a_refusal_that_is_no_missing_permission_has_a_remedy_of_its_own(message: str, remedy: str) -> None:
    code, told, help_ = _told(message)
    assert code == "cluster-refused"
    assert message in told
    assert remedy in help_


def test_a_missing_permission_on_a_secret_is_named_too() -> None:
    message = 'secrets "s" is forbidden: User "a" cannot patch resource "secrets" in API group "" in the namespace "ci"'
    assert "may not patch secrets in the namespace ci" in _told(message, "/api/v1/namespaces/ci/secrets/s")[1]
