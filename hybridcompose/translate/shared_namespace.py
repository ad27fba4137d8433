"""Names of objects in a namespace that several projects share: all begin with the project's.

Services and workloads have such names already (see ``names``); ConfigMaps, claims and builds, which are named by what
they hold, would be one object for two projects, and go with whichever is removed first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.plan import BuiltImage, KubeName, Resource, ResourceKey
from hybridcompose.translate.labels import project_labels
from hybridcompose.translate.names import object_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hybridcompose.translate.scope import ProjectScope

_KINDS = ("ConfigMap", "PersistentVolumeClaim")
#: Where a workload names such an object: the field, the kind and the field of its name.
_REFERENCES = {
    "configMap": ("ConfigMap", "name"),
    "configMapKeyRef": ("ConfigMap", "name"),
    "configMapRef": ("ConfigMap", "name"),
    "persistentVolumeClaim": ("PersistentVolumeClaim", "claimName"),
}

_Names = dict[ResourceKey, KubeName]


def with_prefix(
    root: ProjectScope, resources: Iterable[Resource], images: Iterable[BuiltImage]
) -> tuple[list[Resource], tuple[BuiltImage, ...]]:
    """The resources and builds under names that begin with the project's."""
    resources, images = list(resources), tuple(images)
    jobs = {image.job for image in images}
    names: _Names = {
        resource.key: object_name(root.names.prefix, resource.key.name)
        for resource in resources
        if resource.key.kind in _KINDS or resource.key in jobs
        if not resource.key.name.startswith(f"{root.names.prefix}-")
    }
    renamed = [_renamed(root, resource, names) for resource in resources]
    return renamed, tuple(image._replace(job=_key(image.job, names)) for image in images)


def _key(key: ResourceKey, names: _Names) -> ResourceKey:
    return key._replace(name=names.get(key, key.name))


def _renamed(root: ProjectScope, resource: Resource, names: _Names) -> Resource:
    manifest = dict(resource.manifest)
    manifest["metadata"] = {**manifest["metadata"], "name": _key(resource.key, names).name}
    if "spec" in manifest:
        manifest["spec"] = _with_names(manifest["spec"], names, project_labels(root))
    return resource._replace(manifest=manifest, waits_for=tuple(_key(key, names) for key in resource.waits_for))


def _with_names(value: Any, names: _Names, own: Mapping[str, str]) -> Any:
    """A copy with the new names; pods are put beside those of this project alone."""
    if isinstance(value, list):
        return [_with_names(entry, names, own) for entry in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _with_names(entry, names, own) for key, entry in value.items()}
    for field, (kind, name) in _REFERENCES.items():
        if isinstance(copied.get(field), dict) and name in copied[field]:
            copied[field][name] = names.get(ResourceKey(kind, copied[field][name]), copied[field][name])
    if "topologyKey" in copied and "labelSelector" in copied:
        copied["labelSelector"].setdefault("matchLabels", {}).update(own)
    return copied
