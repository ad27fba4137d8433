"""What the account may do, by what the API server says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.execute import together

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.cluster.api import Api
    from hybridcompose.cluster.permissions import Permission

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


def missing(api: Api, permissions: Iterable[Permission], namespace: str) -> list[Permission]:
    """Those of the permissions that the account does not have. Raises ``ClusterError`` where it may not ask."""
    asked = list(permissions)
    answers = together(lambda one: _allowed(api, one, namespace), asked)
    return [one for one, allowed in zip(asked, answers, strict=True) if not allowed]


def _allowed(api: Api, permission: Permission, namespace: str) -> bool:
    resource, _, subresource = permission.resource.partition("/")
    attributes = {
        "verb": permission.verb,
        "group": permission.group,
        "resource": resource,
        "subresource": subresource,
        "namespace": "" if permission.everywhere else namespace,
    }
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {name: value for name, value in attributes.items() if value}},
    }
    return bool(api.request("POST", _REVIEWS, {}, body)["status"]["allowed"])
