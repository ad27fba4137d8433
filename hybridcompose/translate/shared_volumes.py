"""Which volumes are claims: those that several pods use, and all where storage is persistent.

Pods that are connected through volumes form a group. Where volumes end with their pods, a group has one claim,
ReadWriteOnce, that holds its volumes in a directory each; persistent volumes have a claim each. Either way the pods of
a group are kept on one node, unless the claims admit many.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.plan import KubeName, Manifest, Resource
from hybridcompose.spec.project import Volume
from hybridcompose.translate.bound import is_made, relative_source
from hybridcompose.translate.identifiers import unique_labels
from hybridcompose.translate.inherited import mounts_of
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import label_name
from hybridcompose.translate.options import AccessMode, Storage
from hybridcompose.translate.quantities import memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec.mounts import VolumeMount
    from hybridcompose.translate.scope import PodDraft, ProjectScope

GROUP_LABEL = "hybridcompose.io/volume-group"


class ClaimedVolume(NamedTuple):
    """A volume in a claim. ``claim`` is the claim's name, ``sub_path`` the volume's directory in it.

    ``group`` names what keeps the pods of several users together; ``None`` where one pod alone uses the volume.
    """

    claim: KubeName
    sub_path: KubeName
    group: KubeName | None


class ClaimRequest(NamedTuple):
    """What a claim asks for: a Kubernetes quantity, a StorageClass (``None``: the cluster's), an access mode."""

    size: str
    storage_class: str | None
    access_mode: AccessMode


def volume_of(root: ProjectScope, key: str) -> Volume:
    """The top-level volume that a service names."""
    return root.project.volumes.get(key) or Volume(name=key)


def identity(root: ProjectScope, mount: VolumeMount) -> str | None:
    """What makes two mounts show the same volume; ``None`` for a mount of what is not kept in a volume.

    A directory that Docker makes for a bind mount is as good as a volume: every service that binds it sees it.
    """
    if not mount.source:
        return None
    if mount.type == "volume":
        return volume_of(root, mount.source).name or mount.source
    if mount.type == "bind" and is_made(root, mount):
        return f"{root.project.name}_bind-{relative_source(root, mount.source)}"
    return None


def volume_labels(root: ProjectScope) -> frozenset[str]:
    """What pod volumes of the project's named volumes are called."""
    return frozenset(label_name(key, limit=59) for key in root.project.volumes)


def claimed_volumes(root: ProjectScope) -> Mapping[str, ClaimedVolume]:
    """The volumes that are in claims, by identity; computed once for a project."""
    pods: dict[str, int] = defaultdict(int)
    users: dict[str, list[str]] = defaultdict(list)
    for workload, count, used in _uses(root):
        for name in used:
            # Services that share a pod use a volume once.
            if workload not in users[name]:
                pods[name] += count
                users[name].append(workload)
    shared = {name: users[name] for name in sorted(pods) if pods[name] > 1}
    groups = _groups(shared)
    persistent = root.options.storage is Storage.PERSISTENT
    names = sorted(pods) if persistent else sorted(shared)
    labels = unique_labels(names)
    external = {volume.name or key for key, volume in root.project.volumes.items() if volume.external}
    # A group's claim is called after a volume that is kept in it: an external one has a claim of that name already.
    first = {group: name for name, group in sorted(groups.items(), reverse=True) if name not in external}
    return {
        name: ClaimedVolume(
            claim=labels[name] if persistent else labels[first.get(groups[name], name)],
            sub_path=labels[name],
            group=labels[groups[name]] if name in groups else None,
        )
        for name in names
    }


def _uses(root: ProjectScope) -> Iterator[tuple[str, int, set[str]]]:
    for name, service in root.project.services.items():
        # A global service has a pod on every node, a job one for every run.
        everywhere = service.deploy is not None and (service.deploy.mode or "").startswith("global")
        several = everywhere or name in root.jobs
        mounts = chain((entry.mount for entry in mounts_of(root, name)), *(hook.volumes for hook in service.pre_start))
        yield f"service {root.pod_of(name)}", 2 if several else service.replicas, _names(root, mounts)


def _names(root: ProjectScope, mounts: Iterable[VolumeMount]) -> set[str]:
    found = (identity(root, mount) for mount in mounts)
    return {name for name in found if name is not None}


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


def claim(root: ProjectScope, volume: ClaimedVolume, cause: ComposePath, request: ClaimRequest) -> Resource:
    """The claim that holds a volume."""
    spec: Manifest = {
        "accessModes": [request.access_mode.value],
        "resources": {"requests": {"storage": request.size}},
    }
    if request.storage_class is not None:
        spec["storageClassName"] = request.storage_class
    if root.settings is not None:
        from hybridcompose.translate.claim_settings import claim_spec

        spec = claim_spec(root, [key for key in claimed_keys(root) if _claim_of(root, key) == volume.claim], spec)
    manifest = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": volume.claim, "labels": object_labels(root)},
        "spec": spec,
    }
    if root.options.storage is Storage.PERSISTENT:
        return Resource(manifest, cause, "keeps this volume beyond the pods that use it")
    return Resource(manifest, ("volumes",), "several pods share these volumes")


def request_of(root: ProjectScope, volume: Volume | None = None) -> ClaimRequest:
    """What the claim of a volume asks for: the options, and the volume's own size where storage is persistent."""
    options = root.options
    size = size_option(volume) if volume is not None and options.storage is Storage.PERSISTENT else None
    return ClaimRequest(size or options.storage_size, options.storage_class, options.storage_access)


def size_option(volume: Volume) -> str | None:
    """The size that a volume's driver options ask for, in bytes: drivers of networks' storage take ``size: 10G``."""
    written = volume.driver_opts.get("size", "")
    if not written[:1].isdigit() or written.isdigit():
        return None
    from hybridcompose.spec.scalars import Bytes

    try:
        return memory(Bytes.parse(written))
    except ValueError:
        return None


def claimed_keys(root: ProjectScope) -> list[str]:
    """The top-level volumes that a claim of the plan holds."""
    return sorted(key for key, volume in root.project.volumes.items() if _claim_of(root, key) and not volume.external)


def _claim_of(root: ProjectScope, key: str) -> str | None:
    held = root.once(claimed_volumes).get(volume_of(root, key).name or key)
    return held.claim if held is not None else None


def keep_together(root: ProjectScope, draft: PodDraft, volume: ClaimedVolume) -> None:
    """Puts the pod on the node of the other pods of its group: ReadWriteOnce admits one node."""
    if volume.group is None or root.options.storage_access is AccessMode.MANY_NODES:
        return
    term = {"labelSelector": {"matchLabels": {GROUP_LABEL: volume.group}}, "topologyKey": "kubernetes.io/hostname"}
    draft.labels[GROUP_LABEL] = volume.group
    affinity = draft.pod.setdefault("affinity", {}).setdefault("podAffinity", {})
    terms = affinity.setdefault("requiredDuringSchedulingIgnoredDuringExecution", [])
    if term not in terms:
        terms.append(term)
