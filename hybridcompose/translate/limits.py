"""What one object may hold. Names and labels are made within their limits (63 and 253 characters) where they are made.

Sources: Kubernetes, "Annotations" (262,144 bytes in all, which `kubectl apply` uses for a copy of the object); etcd's
limit for a request (1.5 MiB), of which the API server allows an object 1 MiB in ConfigMaps and Secrets.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest, Resource
    from hybridcompose.translate.scope import ProjectScope

ANNOTATION = 262_144
OBJECT = 1_048_576
#: The fields of a Service without ports.
_OF_NAMES = frozenset(("clusterIP", "publishNotReadyAddresses", "selector"))
_OF_METADATA = frozenset(("labels", "name"))
#: So many labels, of 380 characters at most each, are far from any limit.
_FEW = 64
#: Go's JSON writes these as six characters.
_ESCAPED = "<>&"


def check_size(root: ProjectScope, resource: Resource) -> None:
    """Reports an object that the API server, or a plain ``kubectl apply``, would refuse."""
    limit = OBJECT if root.options.server_side_apply else ANNOTATION
    if _holds_names_alone(resource.manifest) or _is_small(resource.manifest, limit):
        return
    size = _size(resource.manifest)
    if size <= limit:
        return
    applied = "" if root.options.server_side_apply else " that kubectl apply makes without --server-side"
    message = f"{resource.key} has {size:,} bytes, and an object{applied} may have {limit:,}"
    remedy = "make it smaller" if applied == "" else "choose --server-side-apply and use it with kubectl, or use up"
    root.report.error(Code.OBJECT_TOO_LARGE, resource.cause, message, remedy)


def _holds_names_alone(manifest: Manifest) -> bool:
    """Whether an object is a Service that holds nothing but few names and labels: every second object of a plan."""
    if manifest["kind"] != "Service" or manifest["metadata"].keys() != _OF_METADATA:
        return False
    spec = manifest["spec"]
    return spec.keys() <= _OF_NAMES and len(spec.get("selector", ())) + len(manifest["metadata"]["labels"]) <= _FEW


def _is_small(manifest: Manifest, limit: int) -> bool:
    """Whether an object is beyond doubt within ``limit``, as nearly all are: this costs a fraction of writing JSON."""
    try:
        # The form without references; what takes a byte in it takes six at most in JSON.
        return len(marshal.dumps(manifest, 0)) * 6 < limit
    except ValueError:  # a subclass of text or numbers, which it does not know
        return False


def _size(manifest: Manifest) -> int:
    """The bytes of the object as JSON."""
    import json

    text = json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode(errors="replace")) + 5 * sum(map(text.count, _ESCAPED))
