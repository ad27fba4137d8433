"""The pod that this runs in, where it runs in one."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from hybridcompose.cluster.api import path_of
from hybridcompose.diagnostics import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.cluster.api import Api

#: Where Kubernetes tells a pod its namespace.
_NAMESPACE = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"


def own_pod(api: Api, namespace: str) -> Mapping[str, str] | None:
    """A reference to the pod for its objects' ``ownerReferences``.

    ``None`` outside of clusters, in another namespace (owners must be in the same), and where the pod may not be read.
    ``POD_NAME`` names it where its host name is not its name.
    """
    if "KUBERNETES_SERVICE_HOST" not in os.environ or _namespace() != namespace:
        return None
    name = os.environ.get("POD_NAME") or socket.gethostname()
    try:
        uid = api.get(path_of("Pod", namespace, name))["metadata"]["uid"]
    except ClusterError as error:
        if error.status in (403, 404):
            return None
        raise
    return {"apiVersion": "v1", "kind": "Pod", "name": name, "uid": uid}


def _namespace() -> str:
    try:
        with open(_NAMESPACE, encoding="utf-8") as stream:
            return stream.read().strip()
    except OSError:
        return ""
