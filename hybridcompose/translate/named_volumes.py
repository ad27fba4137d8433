"""Named and anonymous volumes: emptyDirs of one pod, claims that several share, claims that exist already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.mounts import BindOptions
from hybridcompose.translate.binds import bind
from hybridcompose.translate.claims import claim_source, claimed_as, mount_claim
from hybridcompose.translate.drivers import driven
from hybridcompose.translate.identifiers import below, clean
from hybridcompose.translate.inherited import mounts_of_scope
from hybridcompose.translate.mounts import add_volume
from hybridcompose.translate.names import label_name
from hybridcompose.translate.options import PodSecurity
from hybridcompose.translate.shared_volumes import keep_together, request_of, volume_of

if TYPE_CHECKING:
    from hybridcompose.spec.project import Volume
    from hybridcompose.translate.mounts import Mounting

_CLAIM_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


def named_volume(at: Mounting) -> None:
    """A volume with a name, filled from the image on its first use."""
    root = at.scope.root
    volume = volume_of(root, at.source)
    special = driven(root, at.source, volume)
    if special is not None and special.host_path is not None:
        # Docker's driver refuses a missing directory.
        options = {"type": "bind", "source": special.host_path, "bind": BindOptions(create_host_path=False)}
        bind(at._replace(mount=at.mount.model_copy(update=options)))
    elif special is not None and special.source is not None:
        _mount(at, add_volume(at.draft, at.source, special.source), None)
    elif volume.external:
        _external(at, volume.name or at.source)
    else:
        _kept(at, volume)


def _kept(at: Mounting, volume: Volume) -> None:
    """An ordinary volume: in a claim where others use it or it is to stay, else the pod's own."""
    claimed = claimed_as(at)
    begin = None
    if at.scope.root.settings is not None:
        from hybridcompose.translate.claim_settings import copied_claim

        begin = copied_claim(at.scope.root, at.source)
    if claimed is None:
        _mount(at, add_volume(at.draft, at.source, {"emptyDir": {}}), None, begin)
        _tell_end(at, _ENDS)
    else:
        cause = ("volumes", at.source) if at.source in at.scope.project.volumes else at.path
        _mount(at, mount_claim(at, claimed, cause, request_of(at.scope.root, volume)), claimed.sub_path, begin)


def _external(at: Mounting, name: str) -> None:
    """An existing claim: its content is somebody's, so nothing is copied into it."""
    path = ("volumes", at.source)
    claim_name = name if _CLAIM_NAME.fullmatch(name) else label_name(name)
    if claim_name != name:
        message = f"{name!r} cannot name a PersistentVolumeClaim: the pod uses {claim_name!r}"
        at.scope.report.warning(Code.NAME_CHANGED, path, message, f"call the claim {claim_name}")
    at.scope.report.warning(
        Code.APPROXIMATED,
        path,
        f"the external volume is the PersistentVolumeClaim {claim_name!r}, which must exist in the namespace",
    )
    claimed = claimed_as(at)
    if claimed is not None:
        keep_together(at.scope.root, at.draft, claimed)
    at.add_mount(add_volume(at.draft, at.source, claim_source(claim_name)), _wanted_path(at))


def _mount(at: Mounting, volume: str, directory: str | None, begin: str | None = None) -> None:
    """Mounts a volume, or a directory of a claim, and fills it on first use, with what the claim ``begin`` holds."""
    inner = _wanted_path(at)
    if begin is not None:
        source = add_volume(at.draft, f"copied-{begin}", claim_source(begin))
        at.preparation.fill_from_claim(source, begin, volume, directory)
    if inner is None:
        at.preparation.fill(_copied_from(at), volume, directory)
    parts = [part for part in (directory, inner) if part]
    at.add_mount(volume, "/".join(parts) or None)


def _wanted_path(at: Mounting) -> str | None:
    sub_path = at.mount.volume.subpath if at.mount.volume is not None else None
    if not sub_path:
        return None
    at.scope.report.note(
        Code.APPROXIMATED,
        (*at.path, "volume", "subpath"),
        "Docker refuses a subpath that the volume lacks, Kubernetes makes an empty directory there",
    )
    return clean(f"/{sub_path}").lstrip("/")


def anonymous_volume(at: Mounting) -> None:
    """A volume without a name. For one of the image, and where nothing is to be copied, the container's own layer does.

    It does not where a mount hides it, or where it is read-only.
    """
    hidden = any(below(at.target, mount["mountPath"]) for mount in at.draft.mounts)
    mounted = any(mount["mountPath"] == at.target for mount in at.draft.mounts)
    written = at.path[-2:-1] == ("volumes",)
    # A target that is no path (`d:/data` is a Windows path, with a drive) goes on, and is refused there.
    if at.target.startswith("/") and (mounted or not (hidden or at.scope.service.read_only)):
        if mounted or not written:
            return
        if _is_in_layer(at):
            at.scope.report.note(Code.APPROXIMATED, at.path, *_LAYER)
            return
    volume = at.add_volume("anonymous", {"emptyDir": {}})
    at.preparation.fill(_copied_from(at), volume)
    at.add_mount(volume)
    if written:
        _tell_end(at, _ANONYMOUS_ENDS)


def _tell_end(at: Mounting, how: tuple[str, str]) -> None:
    """Says how a volume ends, where it is not refused."""
    if any(mount["mountPath"] == clean(at.target) for mount in at.draft.mounts):
        at.scope.report.note(Code.APPROXIMATED, at.path, *how)


def _is_in_layer(at: Mounting) -> bool:
    """Whether nothing is to be copied: no copying is admitted, or the image holds what is bound above the volume."""
    above = (clean(other.target or "/") for other, _ in mounts_of_scope(at.scope) if other.type == "bind")
    return at.scope.options.pod_security is PodSecurity.RESTRICTED or any(below(at.target, target) for target in above)


#: How volumes differ that are part of their pod: the sentence, and what helps.
_ENDS = (
    "The volume ends with its pod: it begins anew after restart, stop and start, or down and up; Docker keeps it.",
    "keep it with --storage persistent",
)
_ANONYMOUS_ENDS = (
    "The volume ends with its pod: it begins anew after restart, or stop and start; Docker keeps it.",
    "give it a name, and keep it with --storage persistent",
)
_LAYER = (
    "The container's own layer stands for this volume: there is no such directory where the image has none, and it "
    "begins anew with the container.",
    "give the volume a name",
)


def _copied_from(at: Mounting) -> str:
    """What of the image a new volume shows; nothing with ``nocopy``, where it is a plain directory as in Docker."""
    return "" if at.mount.volume is not None and at.mount.volume.nocopy else at.target
