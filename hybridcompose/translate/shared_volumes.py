"""Which named volumes several pods use, and the claims that they share.

Pods that are connected through volumes form a group: one claim, ReadWriteOnce, holds the group's volumes in a
directory each, and the pods are kept on one node.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.plan import KubeName, Manifest, Resource
from hybridcompose.spec.project import Volume
from hybridcompose.translate.identifiers import unique_labels
from hybridcompose.translate.labels import object_labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.spec.service import WorkloadSpec
    from hybridcompose.translate.scope import PodDraft, ProjectScope

#: A claim's size where nothing says another: CI runs need little, and most provisioners can't shrink.
CLAIM_SIZE = "1Gi"
GROUP_LABEL = "hybridcompose.io/volume-group"


class SharedVolume(NamedTuple):
    """A volume of several pods: its group, and the directory in the group's claim (``None`` for external ones)."""

    group: KubeName
    sub_path: KubeName | None


class SharedVolumes(NamedTuple):
    """The shared volumes by identity (see ``identity``)."""

    by_name: Mapping[str, SharedVolume]


def volume_of(root: ProjectScope, key: str) -> Volume:
    """The top-level volume that a service names."""
    return root.project.volumes.get(key) or Volume(name=key)


def identity(root: ProjectScope, key: str) -> str:
    """What makes two keys the same volume: its name."""
    return volume_of(root, key).name or key


def shared_volumes(root: ProjectScope) -> SharedVolumes:
    """The volumes that more than one pod uses; computed once for a project."""
    pods: dict[str, int] = defaultdict(int)
    users: dict[str, list[str]] = defaultdict(list)
    for workload, count, names in _uses(root):
        for name in names:
            pods[name] += count
            users[name].append(workload)
    shared = {name: users[name] for name in sorted(pods) if pods[name] > 1}
    groups = _groups(shared)
    external = {volume.name or key for key, volume in root.project.volumes.items() if volume.external}
    labels = unique_labels(shared)
    return SharedVolumes(
        {name: SharedVolume(labels[groups[name]], None if name in external else labels[name]) for name in shared}
    )


def _uses(root: ProjectScope) -> Iterator[tuple[str, int, set[str]]]:
    for name, service in root.project.services.items():
        # A global service has a pod on every node.
        everywhere = service.deploy is not None and (service.deploy.mode or "").startswith("global")
        yield f"service {name}", 2 if everywhere else service.replicas, _names(root, service)
    for name, job in root.project.jobs.items():
        yield f"job {name}", 1, _names(root, job)


def _names(root: ProjectScope, workload: WorkloadSpec) -> set[str]:
    return {identity(root, mount.source) for mount in workload.volumes if mount.type == "volume" and mount.source}


def _groups(shared: Mapping[str, list[str]]) -> dict[str, str]:
    """Each volume's group, named by its first volume: volumes with a user in common belong together."""
    parent = {name: name for name in shared}

    def top(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    first_of: dict[str, str] = {}
    for name, users in shared.items():
        for user in users:
            one, other = sorted((top(name), top(first_of.setdefault(user, name))))
            parent[other] = one
    return {name: top(name) for name in shared}


def claim(root: ProjectScope, group: KubeName) -> Resource:
    """The claim of a group."""
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": group, "labels": object_labels(root)},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": CLAIM_SIZE}}},
    }
    if root.settings is not None:
        from hybridcompose.translate.claim_settings import claim_spec

        manifest["spec"] = claim_spec(root, _keys(root, group), manifest["spec"])
    return Resource(manifest, ("volumes",), "several pods share these volumes")


def claimed_keys(root: ProjectScope) -> list[str]:
    """The top-level volumes that a claim of the plan holds."""
    held = {name for name, volume in root.once(shared_volumes).by_name.items() if volume.sub_path is not None}
    return sorted(key for key in root.project.volumes if identity(root, key) in held)


def _keys(root: ProjectScope, group: KubeName) -> list[str]:
    """The top-level volumes that a group's claim holds."""
    held = {name for name, volume in root.once(shared_volumes).by_name.items() if volume.group == group}
    return sorted(key for key in root.project.volumes if identity(root, key) in held)


def keep_together(draft: PodDraft, group: KubeName) -> None:
    """Puts the pod on the node of the other pods of its group: ReadWriteOnce admits one node."""
    term = {"labelSelector": {"matchLabels": {GROUP_LABEL: group}}, "topologyKey": "kubernetes.io/hostname"}
    draft.labels[GROUP_LABEL] = group
    affinity = draft.pod.setdefault("affinity", {}).setdefault("podAffinity", {})
    terms = affinity.setdefault("requiredDuringSchedulingIgnoredDuringExecution", [])
    if term not in terms:
        terms.append(term)
