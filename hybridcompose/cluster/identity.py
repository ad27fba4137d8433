"""Whether an object in the cluster is the one that a plan would make. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from hybridcompose.cluster.parse import CONFIG_HASH, DEPENDS_ON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.plan import Plan, Resource, ResourceKey

#: Kinds that replace their pods.
CONTROLLERS = ("DaemonSet", "Deployment", "StatefulSet")


def config_hash(resource: Resource) -> str:
    """The hash of a manifest as it was planned, before images are pinned: their tags name their content already.

    What was stopped starts again as the same: it still carries its hash.
    """
    known = _known(resource, CONFIG_HASH)
    if known:
        return known
    text = json.dumps(resource.manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def marked(resource: Resource, depends_on: Iterable[str] = ()) -> Resource:
    """The resource with its hash in an annotation, and the labels of the services that it depends on in another.

    A controller's pods get the hash, too, so that old ones are told apart.
    """
    dependencies = ",".join(sorted(depends_on)) or _known(resource, DEPENDS_ON)
    mark = {CONFIG_HASH: config_hash(resource)}
    manifest = _annotated(resource.manifest, {**mark, **({DEPENDS_ON: dependencies} if dependencies else {})})
    if resource.key.kind in CONTROLLERS:
        spec = manifest["spec"]
        manifest = {**manifest, "spec": {**spec, "template": _annotated(spec["template"], mark)}}
    return resource._replace(manifest=manifest)


def _known(resource: Resource, annotation: str) -> str:
    return str((resource.manifest["metadata"].get("annotations") or {}).get(annotation, ""))


def _annotated(body: dict[str, Any], marks: dict[str, str]) -> dict[str, Any]:
    metadata = body["metadata"]
    return {**body, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **marks}}}


def controllers(plan: Plan) -> dict[ResourceKey, str]:
    """The hash of every object that keeps pods running: what its present pods carry."""
    found = (resource for resource in plan.resources if resource.key.kind in CONTROLLERS)
    return {resource.key: config_hash(resource) for resource in found}
