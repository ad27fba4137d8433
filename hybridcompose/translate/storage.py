"""What is mounted into a container: ``volumes`` and ``tmpfs``, and the volumes that the image declares."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.mounts import VolumeMount
from hybridcompose.spec.scalars import Bytes
from hybridcompose.translate.binds import bind
from hybridcompose.translate.file_differences import BIND_ROW
from hybridcompose.translate.inherited import Mounted, Origin, is_anonymous, mounts_of_scope
from hybridcompose.translate.kaniko import builder_of, references
from hybridcompose.translate.mounts import Mounting
from hybridcompose.translate.named_volumes import anonymous_volume, named_volume
from hybridcompose.translate.quantities import memory
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.volume_init import Preparation, add_init_containers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

#: The minor release of Kubernetes from which on image volumes are there without being asked for.
IMAGE_VOLUMES = 35
#: Docker's mode of a tmpfs, which an emptyDir in memory has too, on older clusters without the sticky bit.
_OPEN_MODE = 0o1777


def storage(scope: ServiceScope, draft: PodDraft) -> None:
    """All mounts of a service, and the init containers that fill them. The container's image must be known by now."""
    given = mounts_of_scope(scope)
    if not given and not scope.service.tmpfs and scope.settings is None:
        return
    preparation = Preparation()
    named = (entry for entry in given if not is_anonymous(entry.mount))
    for mount, path in (*named, *_tmpfs_mounts(scope)):
        _KINDS[mount.type](Mounting(scope, draft, preparation, mount, path))
    # Anonymous volumes come last: how they are made depends on what is mounted above them.
    for mount, path in given:
        if is_anonymous(mount):
            anonymous_volume(Mounting(scope, draft, preparation, mount, path))
    if scope.settings is not None:
        from hybridcompose.translate.artefacts import artefacts

        artefacts(scope, draft, preparation)
    add_init_containers(scope, draft, preparation)


def _tmpfs_mounts(scope: ServiceScope) -> Iterator[Mounted]:
    for index, entry in enumerate(scope.service.tmpfs):
        target, _, options = entry.partition(":")
        path = scope.path("tmpfs", index)
        yield Mounted(_short_tmpfs(scope, target, options, path), path)


def volumes_from(scope: ServiceScope, draft: PodDraft) -> None:
    """Refuses the volumes of containers outside the project; those of services stand among the mounts."""
    for index, entry in enumerate(scope.service.volumes_from):
        origin = Origin.parse(entry)
        if origin.read_only and not origin.is_container:
            scope.report.approximated(VOLUMES_FROM, scope.path("volumes_from", index))
        if origin.is_container:
            scope.report.error(
                Code.NO_EQUIVALENT,
                scope.path("volumes_from", index),
                f"{entry!r} is a container outside the project, which no cluster has",
                "name a service of the project, or use an external volume",
            )


def _short_tmpfs(scope: ServiceScope, target: str, options: str, path: ComposePath) -> VolumeMount:
    try:
        return _written_tmpfs(target, options)
    except ValueError:
        message = f"the tmpfs options {options!r} hold a size or mode that is no number"
        scope.report.error(Code.INVALID_VALUE, path, message, "write them as in size=64m,mode=1777")
    return VolumeMount(type="tmpfs", source=options, target=target)


@lru_cache(maxsize=256)  # the same few in many services
def _written_tmpfs(target: str, options: str) -> VolumeMount:
    from hybridcompose.spec.runtime import TmpfsOptions

    given = _options_of(options)
    tmpfs = TmpfsOptions(size=_tmpfs_size(given.get("size", "")), mode=int(given.get("mode") or "0", 8))
    return VolumeMount(type="tmpfs", source=options, target=target, read_only="ro" in given, tmpfs=tmpfs)


def _options_of(text: str) -> dict[str, str]:
    return dict(option.partition("=")[::2] for option in text.split(",") if option)


def _tmpfs_size(text: str) -> Bytes:
    return Bytes.parse(text) if text and not text.endswith("%") else Bytes(0)


def _tmpfs(at: Mounting) -> None:
    """Memory, limited where a size is given. The short form's options stand as the source."""
    at.scope.report.approximated(TMPFS, at.path)
    options = at.mount.tmpfs
    source: Manifest = {"medium": "Memory"}
    if options is not None and options.size > 0:
        source["sizeLimit"] = memory(options.size)
    volume = at.add_volume("tmpfs", {"emptyDir": source})
    given = _options_of(at.source)
    mode = int(options.mode) if options is not None and options.mode else _OPEN_MODE
    owner = f"{given.get('uid') or 0}:{given.get('gid') or 0}" if given.get("uid") or given.get("gid") else ""
    if owner or mode not in (_OPEN_MODE, 0o777):
        at.preparation.set_mode(at.preparation.place(volume), mode, owner)
    at.add_mount(volume)


def _image(at: Mounting) -> None:
    """An image's files, read-only; one that the project builds comes from the registry."""
    if not at.scope.options.knows(IMAGE_VOLUMES):
        message = f"an image volume needs Kubernetes 1.{IMAGE_VOLUMES}"
        at.scope.report.error(Code.OLD_KUBERNETES, at.path, message, IMAGE_VOLUME.remedy)
        return
    at.scope.report.approximated(IMAGE_VOLUME, at.path)
    builder = builder_of(at.scope.root, at.source)
    reference = at.source if builder is None else references(at.scope.root, builder)[1]
    volume = at.add_volume("image", {"image": {"reference": reference, "pullPolicy": "IfNotPresent"}})
    sub_path = at.mount.image.subpath if at.mount.image is not None else None
    at.add_mount(volume, sub_path or None, readOnly=True)


def _refused(at: Mounting) -> None:
    at.scope.report.error(
        Code.NO_EQUIVALENT,
        at.path,
        f"nothing in a Linux pod corresponds to a mount of the type {at.mount.type}",
        "use a volume or a bind mount",
    )


_KINDS: dict[str, Callable[[Mounting], None]] = {
    "bind": bind,
    "volume": named_volume,
    "tmpfs": _tmpfs,
    "image": _image,
    "npipe": _refused,
    "cluster": _refused,
}

CONCERNS: tuple[Concern, ...] = (volumes_from, storage)

_VOLUMES, _MOUNTS = "spec.volumes[]", "spec.containers[].volumeMounts[]"

TMPFS = Row(
    "services.*.tmpfs",
    KeyClass.APPROXIMATED,
    f"{_VOLUMES}.emptyDir of medium Memory",
    storage,
    "An emptyDir in memory: its mode is 1777 unless one is written (0777 on older clusters), where Docker gives it "
    "that of the image's directory below it, if there is one; programs in it can be executed; sizes in percent and "
    "limits of inodes don't hold.",
    "write the mode, as in /run:mode=755, where it matters",
)
VOLUMES_FROM = Row(
    "services.*.volumes_from",
    KeyClass.APPROXIMATED,
    f"{_VOLUMES}, {_MOUNTS}",
    volumes_from,
    "What is written as read-only is mounted read-only; Docker Compose 5.6 forgets that and lets the service write.",
    "leave :ro out if the service writes there",
)
IMAGE_VOLUME = Row(
    "services.*.volumes[].image",
    KeyClass.APPROXIMATED,
    f"{_VOLUMES}.image",
    storage,
    "An image volume needs Kubernetes 1.35 and containerd 2.1.",
    "copy the files into the service's own image with COPY --from",
)


def _volume(path: str, fields: str, note: str = "", key_class: KeyClass = KeyClass.TRANSLATED) -> Row:
    return Row(f"services.*.volumes[].{path}", key_class, fields, storage, note)


def _nothing(path: str, note: str) -> Row:
    return Row(path, KeyClass.NO_EFFECT, note=note)


_COPIED = (
    "A volume is an emptyDir where one pod uses it, which ends with the pod; a directory of a shared claim where "
    "several do; with --storage persistent each named one is a claim. What a service writes to a bind mount stays in "
    "its pod."
)
_KEPT = "keep a named volume with --storage persistent"
_SHARED_CACHE = "Tells Docker Desktop how to share files with a virtual machine; a pod has no such border."
_ONE_HOST = "The files are copied, so that mounts below the source don't exist."

ROWS: tuple[Row, ...] = (
    Row("services.*.volumes", KeyClass.APPROXIMATED, f"{_VOLUMES}, {_MOUNTS}", storage, _COPIED, _KEPT),
    _volume("type", _VOLUMES, "npipe and cluster are refused."),
    _volume("source", _VOLUMES),
    _volume("target", f"{_MOUNTS}.mountPath"),
    _volume("read_only", f"{_MOUNTS}.readOnly"),
    _nothing("services.*.volumes[].consistency", _SHARED_CACHE),
    BIND_ROW._replace(function=storage),
    _volume("bind.create_host_path", f"{_VOLUMES}.emptyDir"),
    _volume(
        "bind.propagation",
        f"{_MOUNTS}.mountPropagation",
        "Holds for paths of the node; copied files have no mounts below them.",
        KeyClass.APPROXIMATED,
    ),
    _nothing("services.*.volumes[].bind.recursive", _ONE_HOST),
    _nothing("services.*.volumes[].bind.selinux", "The kubelet labels a pod's volumes itself."),
    _volume("volume", _VOLUMES),
    _nothing("services.*.volumes[].volume.labels", "Labels of an anonymous volume, which is part of its pod here."),
    _nothing("services.*.volumes[].volume.labels.*", "Labels of an anonymous volume, which is part of its pod here."),
    _volume("volume.nocopy", "initContainers[fill-volumes]"),
    _volume(
        "volume.subpath",
        f"{_MOUNTS}.subPath",
        "Docker refuses a subpath that the volume lacks, Kubernetes makes an empty directory there.",
        KeyClass.APPROXIMATED,
    ),
    _volume("tmpfs", f"{_VOLUMES}.emptyDir of medium Memory"),
    _volume("tmpfs.size", f"{_VOLUMES}.emptyDir.sizeLimit"),
    _volume("tmpfs.mode", "initContainers[prepare-volumes]"),
    IMAGE_VOLUME,
    _volume("image.subpath", f"{_MOUNTS}.subPath"),
    TMPFS,
    VOLUMES_FROM,
    Row("volumes", KeyClass.TRANSLATED, f"{_VOLUMES}, PersistentVolumeClaim", storage),
    Row("volumes.*", KeyClass.TRANSLATED, f"{_VOLUMES}, PersistentVolumeClaim", storage),
    Row("volumes.*.name", KeyClass.TRANSLATED, "PersistentVolumeClaim metadata.name", storage),
    Row(
        "volumes.*.external",
        KeyClass.TRANSLATED,
        f"{_VOLUMES}.persistentVolumeClaim.claimName",
        storage,
        "The claim must exist in the namespace.",
    ),
    _nothing("volumes.*.external.name", "Read while loading: the volume's name."),
    Row(
        "volumes.*.driver",
        KeyClass.TRANSLATED,
        _VOLUMES,
        storage,
        "Docker's local driver; another one is reported, and the volume is an ordinary one.",
    ),
    Row("volumes.*.driver_opts", KeyClass.TRANSLATED, f"{_VOLUMES}.nfs, emptyDir, hostPath", storage),
    Row(
        "volumes.*.driver_opts.*",
        KeyClass.TRANSLATED,
        f"{_VOLUMES}.nfs, emptyDir, hostPath",
        storage,
        "The local driver's nfs, tmpfs and bind; others are reported, and the volume is an ordinary one.",
    ),
    _nothing("volumes.*.labels", "Labels for people and tools of Docker; nothing in a container sees them."),
    _nothing("volumes.*.labels.*", "Labels for people and tools of Docker; nothing in a container sees them."),
)
