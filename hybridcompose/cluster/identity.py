"""Whether an object in the cluster is the one that a plan would make. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from hybridcompose.cluster.parse import CONFIG_HASH

if TYPE_CHECKING:
    from hybridcompose.plan import Resource


def config_hash(resource: Resource) -> str:
    """The hash of a manifest as it was planned, before images are pinned: their tags name their content already."""
    text = json.dumps(resource.manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def marked(resource: Resource) -> Resource:
    """The resource with its hash in an annotation."""
    metadata = resource.manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), CONFIG_HASH: config_hash(resource)}
    return resource._replace(manifest={**resource.manifest, "metadata": {**metadata, "annotations": annotations}})
