"""Whether an object in the cluster is the one that a plan would make. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from hybridcompose.cluster.parse import CONFIG_HASH, DEPENDS_ON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.plan import Resource


def config_hash(resource: Resource) -> str:
    """The hash of a manifest as it was planned, before images are pinned: their tags name their content already."""
    text = json.dumps(resource.manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def marked(resource: Resource, depends_on: Iterable[str] = ()) -> Resource:
    """The resource with its hash in an annotation, and the labels of the services that it depends on in another."""
    metadata = resource.manifest["metadata"]
    dependencies = ",".join(sorted(depends_on))
    marks = {CONFIG_HASH: config_hash(resource), **({DEPENDS_ON: dependencies} if dependencies else {})}
    annotations = {**metadata.get("annotations", {}), **marks}
    return resource._replace(manifest={**resource.manifest, "metadata": {**metadata, "annotations": annotations}})
