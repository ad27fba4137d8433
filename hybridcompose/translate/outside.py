"""``external_links``: names for containers outside the project, which are Services of the cluster here.

Source: Compose Specification, "external_links"; Kubernetes, "ExternalName".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.plan import KubeName, Resource
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import label_name, resolves_as
from hybridcompose.translate.options import Dns

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.registry.row import Row
    from hybridcompose.translate.scope import PodDraft, ServiceScope


def external_links(scope: ServiceScope, draft: PodDraft, row: Row) -> None:
    """An ExternalName Service for every link that the cluster's own server would not answer; the others are noted."""
    for index, link in enumerate(scope.service.external_links):
        target, _, alias = link.partition(":")
        path = scope.path("external_links", index)
        if not _is_possible(scope, target, alias or target):
            message = f"{alias or target!r} will not resolve: no Service can lead from it to {target!r}"
            remedy = "write NAME.NAMESPACE.svc.cluster.local:ALIAS, or choose --dns project"
            scope.report.warning(Code.NO_EQUIVALENT, path, message, remedy)
            continue
        scope.report.approximated(row, path)
        if scope.options.dns is Dns.CLUSTER and not _is_there(target, alias):
            draft.resources.append(_external_name(scope, label_name(alias or target), _full_name(scope, target)))


def _is_there(target: str, alias: str) -> bool:
    """Whether the name is that of a Service in the namespace."""
    return "." not in target and alias in ("", target)


def _is_possible(scope: ServiceScope, target: str, name: str) -> bool:
    if any(label_name(part) != part.lower() for part in target.split(".")):
        return False
    if scope.options.dns is Dns.PROJECT or _is_there(target, name):
        return True
    # In a shared namespace, a Service of that name may be anybody's.
    is_known = "." in target or scope.options.namespace is not None
    return is_known and resolves_as(name, label_name(name)) and not scope.names.prefix


def _full_name(scope: ServiceScope, target: str) -> str:
    if "." in target:
        return target.lower()
    return f"{target.lower()}.{scope.options.namespace}.svc.{scope.options.cluster_domain}"


def _external_name(scope: ServiceScope, name: KubeName, outside: str) -> Resource:
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": object_labels(scope.root)},
        "spec": {"type": "ExternalName", "externalName": outside},
    }
    return Resource(manifest, ("services",), f"{name} is a name of {outside}, which is outside the project")
