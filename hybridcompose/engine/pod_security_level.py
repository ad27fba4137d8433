"""Whether a namespace admits the pods that build, found before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster import execute
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity

if TYPE_CHECKING:
    from hybridcompose.engine.target import Target
    from hybridcompose.plan import Plan

#: The Pod Security level that admits no pod that runs as root, as every build does.
_RESTRICTED = "restricted"


def check_level(target: Target, plan: Plan) -> None:
    """Raises ``ClusterError`` where images are to be built in a namespace that refuses such pods."""
    services = sorted({image.service for image in plan.images if image.reference not in plan.pushed})
    if not services:
        return
    found = execute.find_namespace(target.api, target.namespace)
    if found is None or found.level != _RESTRICTED:
        return
    message = (
        f"the namespace {target.namespace} admits pods of the Pod Security level restricted alone, and a build runs as "
        f"root: {', '.join(services)} cannot be built there"
    )
    remedy = (
        "build in a namespace of the level baseline (build -n NAME): what the registry holds is not built again here"
    )
    raise ClusterError([Diagnostic(Code.POD_SECURITY, Severity.ERROR, message, remedy=remedy)])
